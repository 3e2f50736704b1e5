#include "core/run/queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/faults/queue_bench.h"

namespace warmstart {
namespace {

using testing::fake_job;
using testing::TemporaryFolder;

constexpr const char* kRunner = "1:2:runner";
constexpr const char* kWorker = "3:4:worker";

class QueueTest : public ::testing::Test {
 protected:
  std::int64_t submit(std::int64_t priority = 0) {
    JobRequest request = fake_job();
    request.priority = priority;
    return queue_.submit(request).id;
  }
  std::int64_t running() {
    const std::int64_t id = submit();
    EXPECT_TRUE(queue_.claim(id, kRunner, {"cpu", 2}));
    EXPECT_TRUE(queue_.set_running(id, kRunner, kWorker));
    return id;
  }
  std::int64_t ended(JobState state) {
    const std::int64_t id = running();
    EXPECT_TRUE(queue_.finish(queue_.get(id), state, "because"));
    return id;
  }
  std::vector<std::int64_t> order() {
    std::vector<std::int64_t> ids;
    for (const Job& job : queue_.list({.active_only = true})) ids.push_back(job.id);
    return ids;
  }
  std::string problem(const std::function<void()>& action) {
    try {
      action();
    } catch (const Error& error) {
      return error.problem();
    }
    return "no error";
  }

  TemporaryFolder folder_;
  Workspace workspace_ = Workspace::open(folder_.path());
  Queue queue_{workspace_};
};

TEST_F(QueueTest, SubmitKeepsACopyOfTheRecipe) {
  const Job job = queue_.submit(fake_job("steps: 5\n", 7));
  EXPECT_EQ(job.state, JobState::kQueued);
  EXPECT_EQ(job.seed, 7);
  EXPECT_EQ(read_file(workspace_.run_folder(job.run).recipe()), "steps: 5\n");
  EXPECT_EQ(workspace_.find_run(job.run).state, "queued");
  EXPECT_EQ(workspace_.find_run(job.run).job, job.id);
}

TEST_F(QueueTest, OrdersByPriorityThenByArrival) {
  const auto a = submit(), b = submit(5), c = submit();
  EXPECT_EQ(order(), (std::vector<std::int64_t>{b, a, c}));
  queue_.set_priority(c, 9);
  EXPECT_EQ(order(), (std::vector<std::int64_t>{c, b, a}));
}

TEST_F(QueueTest, MovesAJobToAnyPlaceAcrossPriorities) {
  const auto a = submit(5), b = submit(5), c = submit(0), d = submit(0);
  queue_.move(d, 1);
  EXPECT_EQ(order(), (std::vector<std::int64_t>{d, a, b, c}));
  queue_.move(d, 3);
  EXPECT_EQ(order(), (std::vector<std::int64_t>{a, b, d, c}));
  queue_.move(a, 99);
  EXPECT_EQ(order(), (std::vector<std::int64_t>{b, d, c, a}));
  queue_.move(a, -3);
  EXPECT_EQ(order(), (std::vector<std::int64_t>{a, b, d, c}));
}

TEST_F(QueueTest, OneOfTwoRunnersGetsAJob) {
  const auto id = submit();
  EXPECT_TRUE(queue_.claim(id, kRunner, {"cpu", 1}));
  EXPECT_FALSE(queue_.claim(id, "9:9:other", {"cpu", 1}));
  EXPECT_FALSE(queue_.set_running(id, "9:9:other", kWorker));
  EXPECT_TRUE(queue_.set_running(id, kRunner, kWorker));
  EXPECT_FALSE(queue_.set_running(id, kRunner, kWorker));
}

TEST_F(QueueTest, ARunShowsTheStateOfItsJob) {
  const auto id = running();
  const Job job = queue_.get(id);
  EXPECT_EQ(job.device, "cpu");
  EXPECT_EQ(job.threads, 2);
  EXPECT_EQ(workspace_.find_run(job.run).state, "running");
  EXPECT_TRUE(queue_.finish(job, JobState::kFailed, "loss is not finite"));
  const RunRecord run = workspace_.find_run(job.run);
  EXPECT_EQ(run.state, "failed");
  EXPECT_EQ(run.error, "loss is not finite");
  EXPECT_EQ(run.info.device, "cpu");
  EXPECT_GE(run.ended, run.started);
}

TEST_F(QueueTest, AnEndReportedTwiceCountsOnce) {
  const auto id = running();
  const Job job = queue_.get(id);
  EXPECT_TRUE(queue_.requeue(job, true, "died"));
  EXPECT_FALSE(queue_.requeue(job, true, "died"));
  EXPECT_FALSE(queue_.finish(job, JobState::kDone, ""));
  EXPECT_EQ(queue_.get(id).restarts, 1);
  EXPECT_EQ(queue_.get(id).state, JobState::kQueued);
}

TEST_F(QueueTest, CancelEndsAWaitingJobAndAsksARunningOne) {
  const auto waiting = submit(), busy = running();
  EXPECT_EQ(queue_.cancel(waiting).state, JobState::kCancelled);
  EXPECT_EQ(queue_.cancel(busy).state, JobState::kRunning);
  EXPECT_EQ(queue_.get(busy).request, "cancel");
  EXPECT_EQ(queue_.pause(busy).request, "cancel") << "a later pause must not undo it";
}

TEST_F(QueueTest, PauseHoldsAWaitingJobUntilResumed) {
  const auto id = submit();
  EXPECT_EQ(queue_.pause(id).state, JobState::kPaused);
  EXPECT_FALSE(queue_.claim(id, kRunner, {"cpu", 1}));
  EXPECT_EQ(queue_.resume(id).state, JobState::kQueued);
  EXPECT_TRUE(queue_.claim(id, kRunner, {"cpu", 1}));
}

TEST_F(QueueTest, RetryStartsCountingAnew) {
  const auto id = running();
  queue_.requeue(queue_.get(id), true, "died");
  queue_.claim(id, kRunner, {"cpu", 1});
  queue_.set_running(id, kRunner, kWorker);
  queue_.finish(queue_.get(id), JobState::kFailed, "died");
  const Job job = queue_.retry(id);
  EXPECT_EQ(job.state, JobState::kQueued);
  EXPECT_EQ(job.restarts, 0);
  EXPECT_EQ(job.reason, "");
}

TEST_F(QueueTest, ExtendAddsUp) {
  const auto id = ended(JobState::kDone);
  const std::string run = queue_.get(id).run;
  EXPECT_EQ(queue_.extend(id, 10).state, JobState::kQueued);
  queue_.extend(id, 5);
  EXPECT_EQ(workspace_.find_run(run).info.extra_steps, 15);
  EXPECT_EQ(problem([&] { queue_.extend(id, 0); }), "cannot extend by 0 steps");
  EXPECT_EQ(workspace_.find_run(run).info.extra_steps, 15);
}

TEST_F(QueueTest, SaysWhichStatesAVerbNeeds) {
  const auto done = ended(JobState::kDone), busy = running();
  const std::string name = "job " + std::to_string(done) + " is done; cannot ";
  EXPECT_EQ(problem([&] { queue_.cancel(done); }), name + "cancel it");
  EXPECT_EQ(problem([&] { queue_.pause(done); }), name + "pause it");
  EXPECT_EQ(problem([&] { queue_.resume(done); }), name + "resume it");
  EXPECT_EQ(problem([&] { queue_.retry(done); }), name + "retry it");
  EXPECT_EQ(problem([&] { queue_.move(done, 1); }), name + "move it");
  EXPECT_EQ(problem([&] { queue_.extend(busy, 1); }),
            "job " + std::to_string(busy) + " is running; cannot extend it");
  EXPECT_EQ(problem([&] { queue_.get(77); }), "no job 77");
  EXPECT_EQ(queue_.get(done).state, JobState::kDone);
}

TEST_F(QueueTest, RefusesADependencyThatDoesNotExistAndMakesNoRun) {
  JobRequest request = fake_job();
  request.after = 42;
  EXPECT_EQ(problem([&] { queue_.submit(request); }), "no job 42");
  EXPECT_TRUE(workspace_.list_runs().empty());
}

TEST_F(QueueTest, AForegroundRunCanBeQueuedAgain) {
  RunInfo info = fake_job().info;
  const std::string run = workspace_.create_run(info, "steps: 3\n").id();
  workspace_.set_run_state(run, "running");
  EXPECT_EQ(problem([&] { queue_.find(run); }), "run " + run + " is running in the foreground");
  workspace_.set_run_state(run, "interrupted");
  const Job job = queue_.find(run);
  EXPECT_EQ(job.state, JobState::kInterrupted);
  EXPECT_EQ(queue_.resume(job.id).state, JobState::kQueued);
  EXPECT_EQ(queue_.find(run).id, job.id);
}

TEST_F(QueueTest, FindsJobsByNumberAndByRun) {
  const auto id = submit();
  const std::string run = queue_.get(id).run;
  EXPECT_EQ(queue_.find(std::to_string(id)).run, run);
  EXPECT_EQ(queue_.find(run.substr(run.size() - 4)).id, id);
}

}  // namespace
}  // namespace warmstart
