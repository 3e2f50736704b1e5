// The queue: jobs in the workspace's database. One job executes one run. Anyone may submit and ask;
// the runner alone starts and ends. A state changes by one conditional UPDATE (old state and, for
// the runner, its lease), so that two programs never both succeed. A running job is asked through
// its `request`, which the runner honours.
//
//   queued -> starting -> running -> done | failed | cancelled | interrupted | paused
//   running -> queued (died, restarts + 1); paused, interrupted -> queued (resume); any end ->
//   queued (retry, extend)
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/run/workspace.h"

namespace warmstart {

enum class JobState {
  kQueued,
  kStarting,
  kRunning,
  kDone,
  kFailed,
  kCancelled,
  kInterrupted,
  kPaused
};
const char* job_state_name(JobState state);
JobState job_state(const std::string& name);
/// Neither waiting nor at work.
bool job_ended(JobState state);

struct Job {
  std::int64_t id = 0;
  std::string run;
  std::int64_t experiment = 0;
  JobState state = JobState::kQueued;
  std::string request;           ///< "", pause, stop, cancel: what the user asked of a running job
  std::int64_t priority = 0;     ///< higher first
  std::int64_t position = 0;     ///< order within a priority
  std::int64_t depends_on = 0;   ///< job that must be done first; 0 = none
  std::string dependency_state;  ///< of that job
  std::string device_wanted;     ///< "", "cpu", "cuda", or a device's name
  std::string device;            ///< where it runs or ran
  std::int64_t threads = 0;
  std::string lease;   ///< who holds it: the runner while starting, the worker while running
  std::string note;    ///< why it waits, "not responding for 80 s"
  std::string reason;  ///< why it ended
  std::int64_t restarts = 0, max_restarts = 3;  ///< starts again after a death
  double time_limit = 0;                        ///< seconds an attempt may take; 0 = none
  double created = 0, started = 0, ended = 0;
  // Of its run:
  std::string recipe, title, arm, profile;
  std::int64_t seed = 0, step = 0, total_steps = 0;
};
Json to_json(const Job& job);

struct JobRequest {
  RunInfo info;
  std::string
      recipe_text;  ///< resolved; a copy goes to the run folder, so later edits do not matter
  std::int64_t priority = 0;
  std::int64_t after = 0;
  std::string device;
  double time_limit = 0;
  std::int64_t max_restarts = 3;
};

struct JobFilter {
  bool active_only = false;  ///< not the ended ones
  std::int64_t experiment = 0;
};

class Queue {
 public:
  explicit Queue(Workspace& workspace) : workspace_(workspace) {}

  // For users. Each is an Error (kInput) that names the job's state when it does not apply.
  Job submit(const JobRequest& request);
  std::vector<Job> list(
      const JobFilter& filter = {});  ///< running first, then in the order they would start
  Job get(std::int64_t id);
  /// A job's number, or a run (id, prefix or part). A run that was made in the foreground and is at
  /// rest gets a job in the run's state, so that it can be resumed, retried and extended like any
  /// other.
  Job find(const std::string& text);
  Job cancel(std::int64_t id);
  Job pause(std::int64_t id);   ///< saves a checkpoint and frees the device; a queued job is held
  Job stop(std::int64_t id);    ///< saves a checkpoint and ends as interrupted
  Job resume(std::int64_t id);  ///< paused or interrupted: from its checkpoint
  Job retry(std::int64_t id);  ///< failed, cancelled or interrupted: again from the last checkpoint
  /// Adds steps to the last stage and queues the run again.
  Job extend(std::int64_t id, std::int64_t steps);
  Job move(std::int64_t id, std::int64_t place);  ///< place among the queued jobs, from 1
  Job set_priority(std::int64_t id, std::int64_t priority);

  // For the runner.
  struct Place {
    std::string device;
    std::int64_t threads = 1;
  };
  bool claim(std::int64_t id, const std::string& runner_lease,
             const Place& place);  ///< queued -> starting
  bool set_running(std::int64_t id, const std::string& runner_lease,
                   const std::string& worker_lease);
  bool finish(const Job& job, JobState state, const std::string& reason);  ///< to an end
  bool requeue(const Job& job, bool count_restart, const std::string& note);
  void set_note(std::int64_t id, const std::string& note);

 private:
  struct Rule;
  Job change(std::int64_t id, const char* verb, const std::vector<Rule>& rules);
  Job job_for(const RunRecord& run);
  std::int64_t insert_job(const std::string& run, JobState state, const JobRequest& request);
  Workspace& workspace_;
};

}  // namespace warmstart
