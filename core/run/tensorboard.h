// Scalars of a run for other programs: a TensorBoard event file, or one table. Called by `warmstart
// metrics`.
#pragma once
#include <iosfwd>
#include <string>

#include "core/run/run_history.h"

namespace warmstart {

/// Writes every scalar to `folder`/`run`/events.out.tfevents.warmstart and returns that path; an
/// earlier export of the run is replaced. Tags are the series names, steps the global steps, values
/// 32-bit floats (NaN stays NaN). Records are written by step, the first carries the version
/// "brain.Event:2". Format: TFRecord framing (tensorflow/core/lib/io/record_writer) around protobuf
/// Event messages. Errors: a run name that is no plain file name (kInput); the folder cannot be
/// written (kMachine).
Path write_tensorboard(const RunHistory& history, const Path& folder, const std::string& run);

/// One line a global step: step, stage, time in seconds since the epoch, then the series by name. A
/// cell is empty where the series has no value at that step, "nan" where the recorded value is no
/// number. Values read back bit for bit.
void write_csv(const RunHistory& history, std::ostream& out);

}  // namespace warmstart
