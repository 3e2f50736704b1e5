#include "core/run/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/run/experiment_claims.h"
#include "tests/faults/queue_bench.h"

namespace warmstart {
namespace {

using testing::expect_undisturbed;
using testing::fake_job;
using testing::fake_worker;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

/// A runner in a thread, a second connection for what the user does meanwhile.
class RunnerTest : public ::testing::Test {
 protected:
  void TearDown() override { finish(); }

  void start(std::int64_t slots = 1, bool until_idle = false) {
    thread_ = std::thread([this, slots, until_idle] {
      Workspace workspace = Workspace::open(folder_.path());
      RunnerOptions options = options_;
      options.devices = {cpu_device(slots)};
      options.until_idle = until_idle;
      options.poll_seconds = 0.01;
      Runner runner(workspace, options, std::make_unique<LocalExecutor>(fake_worker()));
      runner.run(stop_);
    });
  }
  void finish() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    stop_ = false;
  }
  void run_all(std::int64_t slots = 1) {
    start(slots, true);
    thread_.join();
  }
  ::testing::AssertionResult reaches(std::int64_t id, JobState state) {
    if (testing::eventually([&] { return queue_.get(id).state == state; })) {
      return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure()
           << "not " << job_state_name(state) << ":" << testing::describe_jobs(workspace_, queue_);
  }
  std::int64_t step_of(std::int64_t id) {
    return read_event_tail(workspace_.run_folder(queue_.get(id).run), 0).step;
  }

  TemporaryFolder folder_;
  Workspace workspace_ = Workspace::open(folder_.path());
  Queue queue_{workspace_};
  RunnerOptions options_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

TEST_F(RunnerTest, RunsWhatIsQueuedToItsEnd) {
  const Job first = queue_.submit(fake_job("steps: 10\n", 1)),
            second = queue_.submit(fake_job("steps: 12\n", 2));
  run_all(2);
  for (const Job& job : {first, second}) EXPECT_EQ(queue_.get(job.id).state, JobState::kDone);
  expect_undisturbed(workspace_, first.run, 10, 1);
  expect_undisturbed(workspace_, second.run, 12, 2);
  ASSERT_EQ(workspace_.measures(first.run).size(), 3U)
      << "the index has the results when the job is done";
  EXPECT_EQ(workspace_.find_run(first.run).step, 10);
  EXPECT_EQ(read_run_info(workspace_.run_folder(first.run)).device, "cpu");
}

TEST_F(RunnerTest, GivesADeviceNoMoreJobsThanItHasPlaces) {
  for (int i = 0; i < 4; ++i) queue_.submit(fake_job("steps: 20\ndelay_ms: 5\n", i));
  start(2);
  std::size_t most = 0;
  EXPECT_TRUE(testing::eventually([&] {
    std::size_t running = 0, done = 0;
    for (const Job& job : queue_.list()) {
      running += job.state == JobState::kRunning;
      done += job.state == JobState::kDone;
    }
    most = std::max(most, running);
    return done == 4;
  }));
  EXPECT_EQ(most, 2U);
}

TEST_F(RunnerTest, StartsByPriorityAndAfterDependencies) {
  const Job last = queue_.submit(fake_job("steps: 2\n"));
  JobRequest urgent = fake_job("steps: 2\n");
  urgent.priority = 5;
  const Job first = queue_.submit(urgent);
  JobRequest dependent = urgent;
  dependent.priority = 9;
  dependent.after = last.id;
  const Job third = queue_.submit(dependent);
  run_all();
  EXPECT_LT(queue_.get(first.id).started, queue_.get(last.id).started);
  EXPECT_LT(queue_.get(last.id).ended, queue_.get(third.id).started);
}

TEST_F(RunnerTest, SaysWhyAJobCannotStart) {
  const Job broken = queue_.submit(fake_job("fail_at: 1\n"));
  JobRequest request = fake_job();
  request.after = broken.id;
  const Job waiting = queue_.submit(request);
  request = fake_job();
  request.device = "cuda";
  const Job elsewhere = queue_.submit(request);
  run_all();
  EXPECT_EQ(queue_.get(broken.id).state, JobState::kFailed);
  EXPECT_EQ(queue_.get(broken.id).reason, "loss is not finite; step 1; lower the learning rate");
  EXPECT_EQ(queue_.get(waiting.id).note, "waits for job " + std::to_string(broken.id) +
                                             ", which is failed: retry that or cancel this");
  EXPECT_EQ(queue_.get(elsewhere.id).note, "no device 'cuda' here");
}

TEST_F(RunnerTest, PausesAndGoesOnWhereItWas) {
  const Job job = queue_.submit(fake_job("steps: 60\nevery: 1000\ndelay_ms: 5\n", 4));
  start();
  ASSERT_TRUE(testing::eventually([&] { return step_of(job.id) >= 5; }));
  queue_.pause(job.id);
  ASSERT_TRUE(reaches(job.id, JobState::kPaused));
  const std::int64_t paused_at = step_of(job.id);
  EXPECT_LT(paused_at, 60);
  queue_.resume(job.id);
  ASSERT_TRUE(reaches(job.id, JobState::kDone));
  EXPECT_EQ(queue_.get(job.id).restarts, 0);
  expect_undisturbed(workspace_, job.run, 60, 4);
}

TEST_F(RunnerTest, StopsWithACheckpointAndCancels) {
  const Job stopped = queue_.submit(fake_job("steps: 1000\ndelay_ms: 5\n"));
  const Job cancelled = queue_.submit(fake_job("steps: 1000\ndelay_ms: 5\n"));
  start(2);
  ASSERT_TRUE(
      testing::eventually([&] { return step_of(stopped.id) > 0 && step_of(cancelled.id) > 0; }));
  queue_.stop(stopped.id);
  queue_.cancel(cancelled.id);
  EXPECT_TRUE(reaches(stopped.id, JobState::kInterrupted));
  EXPECT_TRUE(reaches(cancelled.id, JobState::kCancelled));
  EXPECT_EQ(queue_.get(stopped.id).reason, "stopped as asked");
}

TEST_F(RunnerTest, EndsADeafWorkerByForce) {
  options_.grace_seconds = 0.2;
  const Job job = queue_.submit(fake_job("steps: 100000\ndeaf: 1\n"));
  start();
  ASSERT_TRUE(testing::eventually([&] { return step_of(job.id) > 0; }));
  const Lease worker = *Lease::parse(queue_.get(job.id).lease);
  kill(worker.pid, SIGSTOP);  // even one that cannot react at all
  queue_.cancel(job.id);
  EXPECT_TRUE(reaches(job.id, JobState::kCancelled));
  EXPECT_FALSE(worker.alive());
}

TEST_F(RunnerTest, GivesUpOnAJobThatDiesEachTime) {
  JobRequest request = fake_job("steps: 20\nsegfault_at: 7\n");
  request.max_restarts = 2;
  const Job job = queue_.submit(request);
  run_all();
  const Job end = queue_.get(job.id);
  EXPECT_EQ(end.state, JobState::kFailed);
  EXPECT_EQ(end.restarts, 2);
  EXPECT_THAT(end.reason, HasSubstr("died by SIGSEGV at step 7, the last of 3 starts"));
}

TEST_F(RunnerTest, CallsAnOutOfMemoryKillByItsName) {
  options_.memory_events = folder_.path() / "vmstat";
  write_atomically(options_.memory_events, "pgfault 12\noom_kill 4\n");
  JobRequest request = fake_job("steps: 1000\ndelay_ms: 5\n");
  request.max_restarts = 0;
  const Job job = queue_.submit(request);
  start();
  ASSERT_TRUE(testing::eventually([&] { return step_of(job.id) > 0; }));
  write_atomically(options_.memory_events, "pgfault 12\noom_kill 5\n");
  kill(Lease::parse(queue_.get(job.id).lease)->pid, SIGKILL);
  ASSERT_TRUE(reaches(job.id, JobState::kFailed));
  EXPECT_THAT(queue_.get(job.id).reason, HasSubstr("killed by the system: out of memory at step"));
}

TEST_F(RunnerTest, EndsAJobAtItsTimeLimit) {
  JobRequest request = fake_job("steps: 100000\ndelay_ms: 5\n");
  request.time_limit = 0.3;
  const Job job = queue_.submit(request);
  run_all();
  EXPECT_EQ(queue_.get(job.id).state, JobState::kFailed);
  EXPECT_EQ(queue_.get(job.id).reason,
            "time limit of 0 s reached; retry goes on from its last checkpoint");
}

TEST_F(RunnerTest, NotesAWorkerThatDoesNotRespondAndItsReturn) {
  options_.heartbeat_seconds = 0.3;
  const Job job = queue_.submit(fake_job("steps: 300\ndelay_ms: 5\n"));
  start();
  ASSERT_TRUE(testing::eventually([&] { return step_of(job.id) > 0; }));
  const Lease worker = *Lease::parse(queue_.get(job.id).lease);
  signal_group(worker, SIGSTOP);
  EXPECT_TRUE(testing::eventually(
      [&] { return queue_.get(job.id).note.starts_with("not responding for"); }));
  signal_group(worker, SIGCONT);
  EXPECT_TRUE(testing::eventually([&] { return queue_.get(job.id).note.empty(); }));
  EXPECT_TRUE(reaches(job.id, JobState::kDone));
}

TEST_F(RunnerTest, ExtendsAFinishedRun) {
  const Job job = queue_.submit(fake_job("steps: 10\n", 3));
  run_all();
  queue_.extend(job.id, 7);
  run_all();
  EXPECT_EQ(queue_.get(job.id).state, JobState::kDone);
  expect_undisturbed(workspace_, job.run, 17, 3);
}

TEST_F(RunnerTest, RefusesASecondRunnerAndNamesTheFirst) {
  const ServeLock lock = ServeLock::take(folder_.path());
  RunnerOptions options;
  options.devices = {cpu_device(1)};
  try {
    Runner runner(workspace_, options, std::make_unique<LocalExecutor>(fake_worker()));
    FAIL() << "two runners";
  } catch (const Error& error) {
    EXPECT_THAT(error.problem(),
                HasSubstr("a runner is already at work here: pid " + std::to_string(getpid())));
    EXPECT_EQ(error.kind(), ErrorKind::kInput);
  }
  EXPECT_THAT(ServeLock::holder(folder_.path()).value_or(""), HasSubstr("pid"));
}

TEST_F(RunnerTest, AMissingRunFolderHarmsNoOtherJob) {
  const Job lost = queue_.submit(fake_job()), fine = queue_.submit(fake_job("steps: 3\n"));
  std::filesystem::remove_all(workspace_.runs_dir() / lost.run);
  run_all();
  EXPECT_EQ(queue_.get(lost.id).state, JobState::kFailed);
  EXPECT_THAT(queue_.get(lost.id).reason, HasSubstr(lost.run));
  EXPECT_EQ(queue_.get(fine.id).state, JobState::kDone);
}

TEST_F(RunnerTest, TheLastRunOfAnExperimentSettlesItsClaims) {
  const std::string recipe =
      "steps: 5\nclaim: [{better: a.test.dice, than: b.test.dice, by: -0.1},"
      " {better: a.test.dice, than: b.test.dice, by: 0.5, text: far better}]\n";
  const auto submit = [&](const std::vector<const char*>& arms) {
    const std::int64_t experiment =
        workspace_.create_experiment("submit", "test/fake", "Fake", "small");
    for (const char* arm : arms) {
      JobRequest request = fake_job(recipe, 3);
      request.info.arm = arm;
      request.info.experiment = experiment;
      queue_.submit(request);
    }
    return experiment;
  };
  submit({"a"});  // says nothing about b
  const std::int64_t experiment = submit({"a", "b"});
  run_all();
  const std::vector<ClaimRecord> claims = workspace_.list_claims();
  ASSERT_EQ(claims.size(), 2U);
  EXPECT_EQ(claims[0].experiment, experiment);
  EXPECT_EQ(claims[0].recipe, "test/fake");
  EXPECT_EQ(claims[0].state, "holds");
  EXPECT_EQ(claims[1].state, "not_shown");
  EXPECT_EQ(claims[1].text, "far better");
  EXPECT_EQ(conclude_experiment(workspace_, experiment), 0U) << "said twice";
}

}  // namespace
}  // namespace warmstart
