// From a resolved recipe to jobs: the one way that the command line and the window share. The
// recipe's text is a snapshot: each run folder gets its own copy.
#pragma once
#include <string>
#include <vector>

#include "core/run/queue.h"

namespace warmstart {

struct Submission {
  Json resolved;  ///< what `warmstart resolve --json` prints: recipe, title, profile, arms, seeds,
                  ///< text
  std::string kind = "submit";  ///< of the experiment: submit, check
  bool smoke = false;
  std::int64_t priority = 0, after = 0, max_restarts = 3;
  std::string device;     ///< "", cpu, cuda, or a device's name
  double time_limit = 0;  ///< seconds a job may take; 0 = none
};

/// One job for each arm and seed, in one experiment. Error (nothing is made then) when the job that
/// they wait for does not exist.
std::vector<Job> submit_jobs(Workspace& workspace, const Submission& submission);

}  // namespace warmstart
