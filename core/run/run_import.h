// Brings a run folder from elsewhere (another workspace, a stick, a server) into this workspace.
// Called by the window, on the thread that owns the workspace.
#pragma once
#include <string>

#include "core/run/workspace.h"

namespace warmstart {

/// Copies the folder into runs/ and adds it to the index; the original is not touched. Returns the
/// run's id. Error (kInput) when it is no run folder, is damaged, or when a run of that id is here;
/// a copy that fails leaves nothing.
std::string import_run(Workspace& workspace, const Path& folder);

}  // namespace warmstart
