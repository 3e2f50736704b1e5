// Starts the queue runner as a process that outlives the one that asked: the command line and the
// window both do.
#pragma once
#include "core/base/files.h"

namespace warmstart {

/// Runs `PROGRAM serve --workspace DIR`, its lines in DIR/serve.log, and returns once it holds the
/// workspace's lock. Error (kMachine) when it ended before, or took longer than five seconds.
void start_detached_runner(const Path& program, const Path& workspace);

}  // namespace warmstart
