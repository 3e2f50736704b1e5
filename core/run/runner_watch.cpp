// The part of the runner that looks after living workers: requests, time limits, heartbeat.
#include <algorithm>
#include <cmath>
#include <fstream>

#include "core/base/error.h"
#include "core/run/runner.h"

namespace warmstart {

void Runner::watch(const std::vector<Job>& jobs) {
  for (Work& work : works_) {
    const auto now = std::find_if(jobs.begin(), jobs.end(),
                                  [&](const Job& job) { return job.id == work.job.id; });
    if (now == jobs.end()) continue;
    work.job.request = now->request;
    const double age = now_seconds() - work.job.started;
    if (work.job.time_limit > 0 && age > work.job.time_limit) work.over_time = true;
    if (work.over_time || work.job.request == "cancel") {
      send_end(work);
    } else if (!work.job.request.empty()) {
      bring_request(work);
    }
    check_heartbeat(work);
  }
}

void Runner::bring_request(Work& work) {
  const double now = now_seconds();
  if (now - work.asked < options_.repeat_seconds) return;
  try {
    const RunFolder folder = workspace_.run_folder(work.job.run);
    // A worker skips commands that stand there when it starts: they were for an earlier one.
    if (!read_event_tail(folder, work.job.started).spoke) return;
    send_control(folder, {{"command", work.job.request}});
    work.asked = now;
  } catch (const Error& error) {
    queue_.set_note(work.job.id, error.what());
  }
}

void Runner::send_end(Work& work) {
  const double now = now_seconds();
  if (work.end_asked == 0) {
    work.end_asked = now;
    executor_->end(work.job.lease, false);
  } else if (!work.ended_by_force && now - work.end_asked > options_.grace_seconds) {
    work.ended_by_force = true;
    executor_->end(work.job.lease, true);
  }
}

void Runner::check_heartbeat(Work& work) {
  const double now = now_seconds();
  std::error_code missing;
  const Path events = RunFolder{workspace_.runs_dir() / work.job.run}.events();
  const auto written = std::filesystem::last_write_time(events, missing);
  const double age =
      missing
          ? now - work.job.started
          : std::chrono::duration<double>(std::filesystem::file_time_type::clock::now() - written)
                .count();
  const double silent = std::min(age, now - work.job.started);
  if (silent > options_.heartbeat_seconds) {
    if (work.late_noted != 0 && now - work.late_noted < options_.heartbeat_seconds / 4) return;
    work.late_noted = now;
    queue_.set_note(work.job.id,
                    "not responding for " + std::to_string(std::llround(silent)) + " s");
  } else if (work.late_noted != 0) {
    work.late_noted = 0;
    queue_.set_note(work.job.id, "");
  }
}

/// Processes that the kernel has ended for lack of memory since boot; 0 where it does not say.
std::uint64_t Runner::oom_kills() const {
  std::ifstream in(options_.memory_events);
  std::string name;
  for (std::uint64_t count = 0; in >> name >> count;) {
    if (name == "oom_kill") return count;
  }
  return 0;
}

}  // namespace warmstart
