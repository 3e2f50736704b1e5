// What an experiment will cost, before it is queued: every stage of its arms is tried for a few
// steps. Called by `warmstart dryrun`. Nothing is written outside a temporary folder, which is
// removed again.
#pragma once
#include <functional>
#include <string>

#include "core/base/files.h"
#include "core/base/json.h"
#include "core/recipe/chosen_arms.h"

namespace warmstart {

struct DryRunOptions {
  std::vector<std::string> arms;  ///< empty = all
  std::string device = "cpu";
  std::int64_t threads = 1;
  std::int64_t seeds = 1;  ///< runs of each arm, for the totals
  Path workspace;          ///< where it would run: its free disk counts; need not exist
  std::function<void(const std::string&)> say = [](const std::string&) {};  ///< progress
};

/// {recipe, title, profile, device, threads, seeds,
///  arms: [{arm, steps, seconds, disk_bytes, stages: [StageCost::to_json()]}],
///  total: {runs, steps, seconds, disk_bytes, memory_bytes, device_bytes},
///  free: {disk_bytes, memory_bytes, device_bytes}, warnings: [text]}
/// Seconds and bytes of an arm are of one run of it; the total's seconds and disk are of all arms
/// and seeds one after the other, its memory that of the hungriest run.
Json dry_run(const Recipe& recipe, const DryRunOptions& options);

}  // namespace warmstart
