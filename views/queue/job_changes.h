// What the queue's commands do to several jobs at once, on the session's thread. A command that one
// of the jobs refuses (it ended meanwhile) still reaches the others; the first refusal is thrown at
// the end.
#pragma once
#include <functional>
#include <vector>

#include "core/run/queue.h"

namespace warmstart {

void changeJobs(Workspace& workspace, const std::vector<std::int64_t>& jobs,
                const std::function<void(Queue&, std::int64_t)>& change);

/// Puts waiting jobs, as one block in their given order, behind the waiting job `after`; 0 = at the
/// front.
void moveJobs(Workspace& workspace, const std::vector<std::int64_t>& jobs, std::int64_t after);

}  // namespace warmstart
