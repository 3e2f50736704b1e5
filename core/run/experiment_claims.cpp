#include "core/run/experiment_claims.h"

#include <algorithm>
#include <set>

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/recipe/reader.h"
#include "core/run/queue.h"
#include "core/run/run_history.h"

namespace warmstart {
namespace {

std::string recipe_text_of(Workspace& workspace, const std::vector<Job>& jobs) {
  return read_file(workspace.run_folder(jobs.front().run).recipe());
}

std::vector<ClaimRun> measured_runs(Workspace& workspace, const std::vector<Job>& jobs) {
  std::vector<ClaimRun> runs;
  for (const Job& job : jobs) {
    if (job.state != JobState::kDone) {
      throw Error("run " + job.run + " is " + job_state_name(job.state) +
                      (job.reason.empty() ? "" : ": " + job.reason),
                  "check", "`warmstart show " + job.run + "` says more; the claim needs every run",
                  job.state == JobState::kFailed ? ErrorKind::kMachine : ErrorKind::kInterrupted);
    }
    runs.push_back(
        claim_run(job.arm, job.seed, read_history(workspace.run_folder(job.run)).measures));
  }
  return runs;
}

bool arms_are_there(const std::vector<ClaimSpec>& claims, const std::vector<Job>& jobs) {
  std::set<std::string> arms;
  for (const Job& job : jobs) arms.insert(job.arm);
  return std::all_of(claims.begin(), claims.end(), [&](const ClaimSpec& claim) {
    return arms.count(claim.better.substr(0, claim.better.find('.'))) > 0 &&
           arms.count(claim.than.substr(0, claim.than.find('.'))) > 0;
  });
}

}  // namespace

std::vector<ClaimSpec> claims_of_text(const std::string& recipe_text) {
  const Value tree = parse_yaml(recipe_text, "recipe");
  Problems problems("recipe");
  const Value* claim = tree.find("claim");
  std::vector<ClaimSpec> claims = read_claims(claim != nullptr ? *claim : Value(), problems);
  problems.throw_if_any();
  return claims;
}

std::vector<ClaimResult> check_experiment(Workspace& workspace, std::int64_t experiment) {
  const std::vector<Job> jobs = Queue(workspace).list({.experiment = experiment});
  if (jobs.empty())
    throw Error("experiment " + std::to_string(experiment) + " has no runs", "check",
                "they were deleted: run the recipe again");
  return check_claims(claims_of_text(recipe_text_of(workspace, jobs)),
                      measured_runs(workspace, jobs));
}

std::size_t conclude_experiment(Workspace& workspace, std::int64_t experiment) {
  const std::vector<Job> jobs = Queue(workspace).list({.experiment = experiment});
  const bool all = std::all_of(jobs.begin(), jobs.end(),
                               [](const Job& job) { return job.state == JobState::kDone; });
  if (jobs.empty() || !all) return 0;
  const RunInfo info = read_run_info(workspace.run_folder(jobs.front().run));
  if (info.smoke) return 0;
  const std::vector<ClaimSpec> claims = claims_of_text(recipe_text_of(workspace, jobs));
  if (claims.empty() || !arms_are_there(claims, jobs)) return 0;
  std::size_t recorded = 0;
  for (const ClaimResult& result : check_claims(claims, measured_runs(workspace, jobs))) {
    recorded += workspace.record_claim({experiment, info.recipe, info.profile, result.text,
                                        result.holds ? "holds" : "not_shown", result.to_json(),
                                        now_seconds()})
                    ? 1
                    : 0;
  }
  return recorded;
}

}  // namespace warmstart
