#include "views/queue/job_changes.h"

#include <algorithm>
#include <optional>

#include "core/base/error.h"

namespace warmstart {

void changeJobs(Workspace& workspace, const std::vector<std::int64_t>& jobs,
                const std::function<void(Queue&, std::int64_t)>& change) {
  Queue queue(workspace);
  std::optional<Error> refusal;
  for (const std::int64_t id : jobs) {
    try {
      change(queue, id);
    } catch (const Error& error) {
      if (!refusal) refusal = error;
    }
  }
  if (refusal) throw Error(*refusal);
}

void moveJobs(Workspace& workspace, const std::vector<std::int64_t>& jobs, std::int64_t after) {
  changeJobs(workspace, jobs, [&after](Queue& queue, std::int64_t id) {
    std::vector<Job> waiting = queue.list({.active_only = true});
    std::erase_if(waiting,
                  [id](const Job& job) { return job.state != JobState::kQueued || job.id == id; });
    const auto anchor = std::find_if(waiting.begin(), waiting.end(),
                                     [&](const Job& job) { return job.id == after; });
    // Where the anchor has started meanwhile, its followers are at the front.
    const std::int64_t place = anchor == waiting.end() ? 1 : anchor - waiting.begin() + 2;
    queue.move(id, place);
    after = id;
  });
}

}  // namespace warmstart
