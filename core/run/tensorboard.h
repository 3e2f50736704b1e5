// Takes a run's scalars to other programs: an event file for TensorBoard, a table for spreadsheets. Called by
// `warmstart metrics` and the GUI's export. Both read a RunHistory, so what a resume dropped is not in them.
#pragma once
#include <ostream>
#include <string>

#include "core/run/run_folder.h"

namespace warmstart {

/// Writes `folder`/`run`/events.out.tfevents.warmstart and returns its path; writing again replaces the file. Tags are the
/// names of the scalars; a validation metric becomes "validation.<metric>". Values are float32, as TensorBoard keeps
/// them. Errors: as write_atomically; a run name that is no plain file name.
Path write_tensorboard(const RunHistory& history, const Path& folder, const std::string& run);

/// The scalars as comma-separated values: "step,time,<name>..." and one line a step; a value that was not logged at a
/// step is an empty cell, time is in seconds since the epoch, numbers are the shortest that read back equal.
void write_csv(const RunHistory& history, std::ostream& out);

}  // namespace warmstart
