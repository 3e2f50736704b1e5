// Names of runs: sortable by time and readable. Called by the workspace when it makes a run.
#pragma once
#include <string>

#include "core/run/workspace.h"

namespace warmstart {

/// "20260102-150405-hippocampus-pretrained-s0-x7k2"
std::string make_run_id(const RunInfo& info);

/// Fills what is empty: run, created, host, version.
RunInfo complete(RunInfo info);

}  // namespace warmstart
