// What the tests of queue, runner and command line share: a workspace in a temporary folder, runs
// of the fake worker, the real `warmstart` as a process.
#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "core/run/event_tail.h"
#include "core/run/process.h"
#include "core/run/queue.h"
#include "core/run/run_history.h"

namespace warmstart::testing {

/// A folder that goes with its owner.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "warmstart-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const Path& path() const { return path_; }

 private:
  Path path_;
};

inline Path fake_worker() { return Path(WARMSTART_BINARY_DIR) / "bin" / "warmstart-fake-worker"; }
inline Path warmstart_program() { return Path(WARMSTART_BINARY_DIR) / "bin" / "warmstart"; }

inline JobRequest fake_job(const std::string& recipe = "steps: 20\n", std::int64_t seed = 0) {
  JobRequest request;
  request.info.recipe = "test/fake";
  request.info.arm = "main";
  request.info.seed = seed;
  request.recipe_text = recipe;
  return request;
}

/// Waits until something holds; false after `seconds`.
inline bool eventually(const std::function<bool()>& holds, double seconds = 30) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (std::chrono::steady_clock::now() < end) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return holds();
}

/// Every job with its state and how far its log got: tells a slow machine from a job that is stuck.
inline std::string describe_jobs(Workspace& workspace, Queue& queue) {
  std::string text;
  for (const Job& job : queue.list()) {
    const std::optional<Lease> lease = Lease::parse(job.lease);
    const EventTail tail = read_event_tail(RunFolder{workspace.runs_dir() / job.run}, 0);
    text += "\n  job " + std::to_string(job.id) + " " + job_state_name(job.state) + " step " +
            std::to_string(tail.step) + "/" + std::to_string(tail.total_steps) + " restarts " +
            std::to_string(job.restarts) + " holder " +
            (!lease           ? "none"
             : lease->alive() ? "alive"
                              : "dead") +
            " last write " + std::to_string(now_seconds() - tail.modified) + " s ago; " + job.note +
            job.reason;
  }
  return text;
}

/// `warmstart ARGUMENTS --workspace W` with the fake worker.
inline CommandResult warmstart_command(const Path& workspace, std::vector<std::string> arguments) {
  setenv("WARMSTART_WORKER", fake_worker().c_str(), 1);
  arguments.insert(arguments.begin(), warmstart_program().string());
  arguments.insert(arguments.end(), {"--workspace", workspace.string()});
  return run_command(arguments);
}

/// `warmstart serve` in a process of its own.
inline ChildProcess start_serve(const Path& workspace, std::vector<std::string> arguments = {}) {
  SpawnRequest request;
  request.arguments = {warmstart_program().string(), "serve", "--workspace", workspace.string()};
  request.arguments.insert(request.arguments.end(), arguments.begin(), arguments.end());
  request.environment = {{"WARMSTART_WORKER", fake_worker().string()}};
  request.output = workspace / "serve.log";
  return ChildProcess::spawn(request);
}

inline void write_devices(const Path& workspace, int slots) {
  write_atomically(workspace / "devices.yaml", "devices:\n  - {name: fake0, kind: cpu, slots: " +
                                                   std::to_string(slots) + "}\n");
}

/// The loss series of a run that nobody disturbed: the fake worker's recurrence.
inline std::vector<double> undisturbed_losses(long steps, std::int64_t seed) {
  std::vector<double> losses;
  double loss = 1.0;
  for (long step = 1; step <= steps; ++step) {
    loss = 0.9 * loss + 0.001 * static_cast<double>((step * 7919 + seed) % 101);
    losses.push_back(loss);
  }
  return losses;
}

inline void expect_undisturbed(Workspace& workspace, const std::string& run, long steps,
                               std::int64_t seed) {
  const RunHistory history = read_history(workspace.run_folder(run));
  ASSERT_TRUE(history.scalars.contains("loss")) << run;
  const ScalarSeries& loss = history.scalars.at("loss");
  ASSERT_EQ(loss.step.size(), static_cast<std::size_t>(steps)) << run;
  for (long i = 0; i < steps; ++i) ASSERT_EQ(loss.step[static_cast<std::size_t>(i)], i + 1) << run;
  EXPECT_EQ(loss.value, undisturbed_losses(steps, seed)) << run;
  EXPECT_FALSE(std::filesystem::exists(workspace.runs_dir() / run / "twice.txt"))
      << run << " ran twice at once";
}

}  // namespace warmstart::testing
