#include "core/run/submission.h"

namespace warmstart {

std::vector<Job> submit_jobs(Workspace& workspace, const Submission& submission) {
  Queue queue(workspace);
  const Json& resolved = submission.resolved;
  JobRequest request;
  request.info.recipe = resolved.at("recipe");
  request.info.title = resolved.at("title");
  request.info.profile = resolved.at("profile");
  request.info.smoke = submission.smoke;
  request.recipe_text = resolved.at("text");
  request.priority = submission.priority;
  request.after = submission.after;
  request.device = submission.device;
  request.time_limit = submission.time_limit;
  request.max_restarts = submission.max_restarts;
  if (submission.after != 0) queue.get(submission.after);  // before anything is made
  request.info.experiment = workspace.create_experiment(submission.kind, request.info.recipe,
                                                        request.info.title, request.info.profile);
  std::vector<Job> jobs;
  for (const Json& seed : resolved.at("seeds")) {
    for (const Json& arm : resolved.at("arms")) {
      request.info.arm = arm;
      request.info.seed = seed;
      jobs.push_back(queue.submit(request));
    }
  }
  return jobs;
}

}  // namespace warmstart
