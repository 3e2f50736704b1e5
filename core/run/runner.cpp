#include "core/run/runner.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/run/experiment_claims.h"

namespace warmstart {
namespace {

std::int64_t threads_for(const std::vector<Device>& devices) {
  std::int64_t places = 0;
  for (const Device& device : devices) places += device.places;
  return std::max<std::int64_t>(1, core_count() / std::max<std::int64_t>(1, places));
}

}  // namespace

Runner::Runner(Workspace& workspace, RunnerOptions options, std::unique_ptr<Executor> executor)
    : workspace_(workspace),
      options_(std::move(options)),
      executor_(std::move(executor)),
      queue_(workspace),
      lock_(ServeLock::take(workspace.root())),
      lease_(Lease::mine().text()),
      threads_(threads_for(options_.devices)) {
  record_devices(workspace_, options_.devices);
}

std::size_t Runner::run(const std::atomic<bool>& stop) {
  recover();
  while (!stop) {
    reap();
    const std::vector<Job> jobs = queue_.list({.active_only = true});
    watch(jobs);
    const bool started = start_jobs(jobs);
    if (options_.until_idle && works_.empty() && !started) break;
    if (!stop) {
      executor_->wait(leases(), std::chrono::milliseconds(
                                    static_cast<std::int64_t>(options_.poll_seconds * 1000)));
    }
  }
  return works_.size();
}

/// What an earlier runner left. Holding the lock we know that it is gone.
void Runner::recover() {
  for (const Job& job : queue_.list({.active_only = true})) {
    if (job.state == JobState::kStarting) {
      queue_.requeue(job, false,
                     "");  // its worker waits at the gate of a dead runner: it never starts
      continue;
    }
    if (job.state != JobState::kRunning) continue;
    Work work;
    work.job = job;
    work.adopted = true;
    work.oom_before = oom_kills();
    work.found_ended = executor_->poll(job.lease).has_value();
    if (!work.found_ended) say("adopted", job, "lives on from an earlier runner");
    works_.push_back(work);
  }
}

void Runner::reap() {
  for (std::size_t i = 0; i < works_.size();) {
    const std::optional<ExitStatus> status = executor_->poll(works_[i].job.lease);
    if (!status) {
      ++i;
      continue;
    }
    settle(works_[i], *status);
    works_.erase(works_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void Runner::settle(Work& work, const ExitStatus& status) {
  const Job now = queue_.get(work.job.id);
  EndFacts facts;
  facts.status = status;
  facts.request = now.request;
  facts.over_time = work.over_time;
  facts.out_of_memory = !work.ended_by_force && oom_kills() > work.oom_before;
  facts.found_ended = work.found_ended;
  facts.restarts = now.restarts;
  facts.max_restarts = now.max_restarts;
  facts.time_limit = now.time_limit;
  Verdict verdict{JobState::kFailed, false, ""};  // for a run folder that is gone
  try {
    const RunFolder folder = workspace_.run_folder(now.run);
    facts.tail = read_event_tail(folder, now.started);
    facts.log = last_log_lines(folder, 50);
    verdict = judge_end(facts);
    // First the numbers, then the state: whoever waits for "done" finds them.
    workspace_.index_run(now.run);
  } catch (const Error& error) {
    verdict.reason += (verdict.reason.empty() ? "" : "; ") + std::string(error.what());
  }
  if (verdict.state == JobState::kQueued) {
    queue_.requeue(now, verdict.count_restart, verdict.reason);
  } else {
    queue_.finish(now, verdict.state, verdict.reason);
  }
  say(verdict.state == JobState::kQueued ? "queued" : "ended", now,
      std::string(job_state_name(verdict.state)) +
          (verdict.reason.empty() ? "" : ": " + verdict.reason));
  if (verdict.state == JobState::kDone) conclude(now);
}

/// The last run of an experiment settles its claims. A recipe whose claim cannot be checked (edited
/// by hand, runs without the measure) must not end the runner.
void Runner::conclude(const Job& job) {
  if (job.experiment == 0) return;
  try {
    if (conclude_experiment(workspace_, job.experiment) > 0)
      say("concluded", job,
          "the claims of experiment " + std::to_string(job.experiment) + " are checked");
  } catch (const Error& error) {
    say("concluded", job, "the claims were not checked: " + std::string(error.what()));
  }
}

bool Runner::start_jobs(const std::vector<Job>& jobs) {
  bool started = false;
  for (const Job& job : jobs) {
    if (job.state != JobState::kQueued) continue;
    const std::string why_not = obstacle(job);
    if (!why_not.empty()) {
      queue_.set_note(job.id, why_not);
      continue;
    }
    if (const Device* device = free_device(job)) started = start(job, *device) || started;
  }
  return started;
}

std::string Runner::obstacle(const Job& job) const {
  const std::string other = "job " + std::to_string(job.depends_on);
  if (job.depends_on != 0 && job.dependency_state != "done") {
    const bool ended = job.dependency_state.empty() || job_ended(job_state(job.dependency_state));
    if (!ended) return "waits for " + other;
    return "waits for " + other + ", which is " + job.dependency_state +
           ": retry that or cancel this";
  }
  const bool anywhere =
      std::any_of(options_.devices.begin(), options_.devices.end(),
                  [&](const Device& one) { return one.accepts(job.device_wanted); });
  return anywhere ? "" : "no device '" + job.device_wanted + "' here";
}

const Device* Runner::free_device(const Job& job) const {
  for (const Device& device : options_.devices) {
    const auto used = std::count_if(works_.begin(), works_.end(), [&](const Work& work) {
      return work.job.device == device.name;
    });
    if (used < device.places && device.accepts(job.device_wanted)) return &device;
  }
  return nullptr;
}

bool Runner::start(const Job& job, const Device& device) {
  if (!queue_.claim(job.id, lease_, {device.name, threads_})) return false;  // cancelled just now
  const Job claimed = queue_.get(job.id);
  try {
    return launch(claimed, device);
  } catch (const Error& error) {
    queue_.finish(claimed, JobState::kFailed, error.what());
    say("ended", claimed, "failed: " + std::string(error.what()));
    return true;
  }
}

bool Runner::launch(const Job& job, const Device& device) {
  const RunFolder folder = workspace_.run_folder(job.run);
  prepare_folder(job, folder, device);
  Work work;
  work.oom_before = oom_kills();
  const std::optional<std::string> lease = executor_->launch(
      {job.id, folder, device, threads_},
      [&](const std::string& worker) { return queue_.set_running(job.id, lease_, worker); });
  if (!lease) return false;
  work.job = queue_.get(job.id);
  work.job.lease = *lease;
  works_.push_back(work);
  say("started", work.job,
      "on " + device.name + ", " + std::to_string(threads_) +
          (threads_ == 1 ? " thread" : " threads"));
  return true;
}

/// run.json says what this start is given: the database is the source of what may have changed
/// since submission.
void Runner::prepare_folder(const Job& job, const RunFolder& folder, const Device& device) {
  RunInfo info = read_run_info(folder);
  info.device = device.argument();
  info.extra_steps = workspace_.find_run(job.run).info.extra_steps;
  write_run_info(folder, info);
}

void Runner::say(const std::string& event, const Job& job, const std::string& text) {
  options_.say({{"event", event},
                {"time", now_seconds()},
                {"job", job.id},
                {"run", job.run},
                {"text", text}});
}

std::vector<std::string> Runner::leases() const {
  std::vector<std::string> result;
  for (const Work& work : works_) result.push_back(work.job.lease);
  return result;
}

}  // namespace warmstart
