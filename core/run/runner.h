// The queue runner behind `warmstart serve`: gives jobs to free places, starts one worker a job,
// watches them, brings pause, stop and cancel to them, starts again what died. It may itself be
// killed at any moment: what it knows is in the database, and the next runner takes over the
// workers that live on. One thread; takes the workspace's serve.lock.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/run/executor.h"
#include "core/run/queue.h"
#include "core/run/serve_lock.h"
#include "core/run/verdict.h"

namespace warmstart {

struct RunnerOptions {
  std::vector<Device> devices;
  bool until_idle = false;              ///< end when nothing runs and nothing can start
  double poll_seconds = 0.2;            ///< between looks at the queue
  double grace_seconds = 10;            ///< from asking to end to ending
  double heartbeat_seconds = 60;        ///< without a line in the events: "not responding"
  double repeat_seconds = 5;            ///< a request that a worker has not followed is sent again
  Path memory_events = "/proc/vmstat";  ///< has a line "oom_kill <count>"
  /// One thing that happened: {"event": started|ended|queued|adopted|concluded, "job":, "run":, "text":}.
  std::function<void(const Json&)> say = [](const Json&) {};
};

class Runner {
 public:
  /// Error (kInput) when another runner holds the workspace.
  Runner(Workspace& workspace, RunnerOptions options, std::unique_ptr<Executor> executor);
  /// Until asked to stop, or idle. Workers go on after it returns; returns how many.
  std::size_t run(const std::atomic<bool>& stop);

 private:
  /// A worker under watch.
  struct Work {
    Job job;
    bool adopted = false;
    bool found_ended = false;  ///< had ended when we came
    double asked = 0;          ///< when pause or stop was last sent
    double end_asked = 0;      ///< when it was told to end
    bool ended_by_force = false;
    bool over_time = false;
    std::uint64_t oom_before = 0;
    double late_noted = 0;
  };

  void recover();
  void reap();
  void settle(Work& work, const ExitStatus& status);
  void conclude(const Job& job);
  void watch(const std::vector<Job>& jobs);
  void bring_request(Work& work);
  void send_end(Work& work);
  void check_heartbeat(Work& work);
  bool start_jobs(const std::vector<Job>& jobs);
  bool start(const Job& job, const Device& device);
  bool launch(const Job& job, const Device& device);
  const Device* free_device(const Job& job) const;
  std::string obstacle(const Job& job) const;
  void prepare_folder(const Job& job, const RunFolder& folder, const Device& device);
  void say(const std::string& event, const Job& job, const std::string& text);
  std::vector<std::string> leases() const;
  std::uint64_t oom_kills() const;

  Workspace& workspace_;
  RunnerOptions options_;
  std::unique_ptr<Executor> executor_;
  Queue queue_;
  ServeLock lock_;
  std::string lease_;
  std::int64_t threads_ = 1;
  std::vector<Work> works_;
};

}  // namespace warmstart
