// Deleting runs so that it can be taken back: folder and rows of the index move to
// runs/.trash/<process>/, one folder for each program that deletes. What a program leaves there
// goes for good when another one tidies up after it has ended. Called by the window, on the thread
// that owns the workspace.
#pragma once
#include <string>
#include <vector>

#include "core/run/workspace.h"

namespace warmstart {

/// All or none. Error (kInput) where a run is at work, or where a job that stays waits for one of
/// them.
void trash_runs(Workspace& workspace, const std::vector<std::string>& runs);

/// Brings back what this process deleted, with its jobs, tags, notes and measures. Error (kInput)
/// when a run is not in its trash.
void restore_runs(Workspace& workspace, const std::vector<std::string>& runs);

/// Deletes for good what programs that have ended left in the trash. A run whose rows still stand
/// (its program was killed between the two steps) gets its folder back instead.
void empty_trash(Workspace& workspace);

}  // namespace warmstart
