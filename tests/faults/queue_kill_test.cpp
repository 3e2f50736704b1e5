// Kills of workers, runners and database writers at random moments, with the real `warmstart
// serve`.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <array>
#include <random>

#include "core/base/error.h"
#include "core/run/event_tail.h"
#include "core/run/migrations.h"
#include "core/run/serve_lock.h"
#include "tests/faults/queue_bench.h"

namespace warmstart {
namespace {

using testing::eventually;
using testing::expect_undisturbed;
using testing::fake_job;
using testing::start_serve;
using testing::TemporaryFolder;

class QueueKill : public ::testing::Test {
 protected:
  void SetUp() override { testing::write_devices(folder_.path(), 2); }
  void TearDown() override {
    for (const Job& job : queue_.list({.active_only = true})) {
      if (const auto worker = Lease::parse(job.lease)) signal_group(*worker, SIGKILL);
    }
    if (serve_) {
      kill(serve_->lease().pid, SIGKILL);
      serve_->wait();
    }
  }
  void serve(std::vector<std::string> arguments = {}) {
    serve_.emplace(start_serve(folder_.path(), arguments));
  }
  void kill_serve() {
    kill(serve_->lease().pid, SIGKILL);
    serve_->wait();
    serve_.reset();
  }
  void pause_up_to(int milliseconds) {
    std::this_thread::sleep_for(
        std::chrono::milliseconds(std::uniform_int_distribution<int>(0, milliseconds)(random_)));
  }
  std::vector<Job> running() {
    std::vector<Job> jobs = queue_.list({.active_only = true});
    std::erase_if(jobs, [](const Job& job) { return job.state != JobState::kRunning; });
    return jobs;
  }
  ::testing::AssertionResult all_done(double seconds) {
    if (eventually([&] { return queue_.list({.active_only = true}).empty(); }, seconds)) {
      return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure()
           << "not done after " << seconds << " s:" << testing::describe_jobs(workspace_, queue_);
  }
  std::int64_t step_of(const Job& job) {
    return read_event_tail(workspace_.run_folder(job.run), 0).step;
  }

  TemporaryFolder folder_;
  Workspace workspace_ = Workspace::open(folder_.path());
  Queue queue_{workspace_};
  std::optional<ChildProcess> serve_;
  std::mt19937 random_{20260101};
};

TEST_F(QueueKill, WorkersKilledTwentyTimesEndWithTheUndisturbedSeries) {
  constexpr int kKills = 20;
  std::vector<Job> jobs;
  for (int seed = 0; seed < 3; ++seed) {
    JobRequest request = fake_job("steps: 800\nevery: 7\ndelay_ms: 4\n", seed);
    request.max_restarts = 1000;
    jobs.push_back(queue_.submit(request));
  }
  serve();
  int kills = 0;
  while (kills < kKills) {
    pause_up_to(150);
    const std::vector<Job> alive = running();
    ASSERT_FALSE(queue_.list({.active_only = true}).empty())
        << "all ended after " << kills << " kills";
    if (alive.empty()) continue;
    const auto worker = Lease::parse(alive[random_() % alive.size()].lease);
    if (!worker || !signal_group(*worker, SIGKILL)) continue;
    ++kills;
    ASSERT_TRUE(eventually([&] { return !worker->alive(); }))
        << "a kill takes a moment; the next must hit another";
  }
  ASSERT_TRUE(all_done(120));
  std::int64_t restarts = 0;
  for (const Job& job : jobs) {
    EXPECT_EQ(queue_.get(job.id).state, JobState::kDone) << queue_.get(job.id).reason;
    expect_undisturbed(workspace_, job.run, 800, job.seed);
    restarts += queue_.get(job.id).restarts;
  }
  EXPECT_EQ(restarts, kKills) << "each kill is one restart, no more";
}

TEST_F(QueueKill, ANewRunnerTakesOverTheWorkersOfAKilledOne) {
  const Job job = queue_.submit(fake_job("steps: 800\ndelay_ms: 4\n", 1));
  serve();
  ASSERT_TRUE(eventually([&] { return step_of(job) > 3; }));
  const std::string worker = queue_.get(job.id).lease;
  kill_serve();
  ASSERT_TRUE(Lease::parse(worker)->alive()) << "the worker died with its runner";
  serve();
  ASSERT_TRUE(eventually([&] { return ServeLock::holder(folder_.path()).has_value(); }));
  EXPECT_EQ(queue_.get(job.id).lease, worker);
  ASSERT_TRUE(all_done(120));
  EXPECT_EQ(queue_.get(job.id).state, JobState::kDone);
  EXPECT_EQ(queue_.get(job.id).restarts, 0) << "it was never started again";
  expect_undisturbed(workspace_, job.run, 800, 1);
}

TEST_F(QueueKill, AnAdoptedWorkerCanBePausedAndCancelled) {
  const Job first = queue_.submit(fake_job("steps: 5000\ndelay_ms: 4\n")),
            second = queue_.submit(fake_job("steps: 5000\ndelay_ms: 4\n"));
  serve();
  ASSERT_TRUE(eventually([&] { return step_of(first) > 0 && step_of(second) > 0; }));
  kill_serve();
  queue_.pause(first.id);
  queue_.cancel(second.id);
  serve();
  EXPECT_TRUE(eventually([&] { return queue_.get(first.id).state == JobState::kPaused; }));
  EXPECT_TRUE(eventually([&] { return queue_.get(second.id).state == JobState::kCancelled; }));
}

TEST_F(QueueKill, AWorkerThatDiedWithItsRunnerIsNoPhantom) {
  const Job job = queue_.submit(fake_job("steps: 800\ndelay_ms: 4\n", 2));
  serve();
  ASSERT_TRUE(eventually([&] { return step_of(job) > 10; }));
  kill_serve();
  signal_group(*Lease::parse(queue_.get(job.id).lease), SIGKILL);
  serve({"--until-idle"});
  ASSERT_TRUE(all_done(120));
  EXPECT_EQ(queue_.get(job.id).restarts, 1);
  expect_undisturbed(workspace_, job.run, 800, 2);
}

TEST_F(QueueKill, RunnersAndWorkersKilledAtRandomLoseNothingAndRunNothingTwice) {
  constexpr int kKills = 40;
  std::vector<Job> jobs;
  for (int seed = 0; seed < 6; ++seed) {
    JobRequest request = fake_job("steps: 120\nevery: 5\ndelay_ms: 3\n", seed);
    request.max_restarts = 1000;
    jobs.push_back(queue_.submit(request));
  }
  int runner_kills = 0;
  for (int i = 0; i < kKills; ++i) {
    if (!serve_) serve();
    pause_up_to(60);
    if (random_() % 2 == 0) {
      kill_serve();
      ++runner_kills;
      continue;
    }
    const std::vector<Job> alive = running();
    if (!alive.empty())
      signal_group(Lease::parse(alive[random_() % alive.size()].lease).value_or(Lease{}), SIGKILL);
  }
  if (!serve_) serve();
  ASSERT_TRUE(all_done(120));
  for (const Job& job : jobs) {
    EXPECT_EQ(queue_.get(job.id).state, JobState::kDone) << queue_.get(job.id).reason;
    expect_undisturbed(workspace_, job.run, 120, job.seed);
  }
  std::cout << runner_kills << " of " << kKills << " kills hit the runner\n";
}

TEST_F(QueueKill, OneOfManyRunnersStartedAtOnceServes) {
  const Job job = queue_.submit(fake_job("steps: 3\n"));
  for (int round = 0; round < 5; ++round) {
    std::vector<ChildProcess> runners;
    for (int i = 0; i < 4; ++i) runners.push_back(start_serve(folder_.path()));
    ASSERT_TRUE(eventually([&] {
      int ended = 0;
      for (ChildProcess& runner : runners) ended += runner.poll().has_value();
      return ended == 3;
    })) << "round "
        << round;
    for (ChildProcess& runner : runners) {
      if (const auto status = runner.poll()) {
        EXPECT_EQ(status->code, 2);
      } else {
        kill(runner.lease().pid, SIGKILL);
        runner.wait();
      }
    }
  }
  serve({"--until-idle"});
  EXPECT_TRUE(all_done(120));
}

/// Takes one job round and round; says each time that the end of a round is kept.
[[noreturn]] void write_until_killed(const Path& folder, std::int64_t job, int acknowledge) {
  Workspace workspace = Workspace::open(folder);
  Queue queue(workspace);
  for (;;) {
    queue.extend(job, 1);
    queue.claim(job, "1:1:x", {"cpu", 1});
    queue.set_running(job, "1:1:x", "2:2:x");
    queue.finish(queue.get(job), JobState::kDone, "");
    const std::int64_t rounds = workspace.find_run(queue.get(job).run).info.extra_steps;
    if (write(acknowledge, &rounds, sizeof rounds) != sizeof rounds) _exit(1);
  }
}

TEST_F(QueueKill, ADatabaseWriterKilledFiftyTimesLosesNothingItAcknowledged) {
  std::int64_t rounds = 0;
  for (int kills = 0; kills < 50; ++kills) {
    const Job job = queue_.submit(fake_job());
    queue_.pause(job.id);
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t writer = fork();
    if (writer == 0) write_until_killed(folder_.path(), job.id, ends[1]);
    close(ends[1]);
    std::int64_t kept = 0, latest = 0;
    ASSERT_EQ(read(ends[0], &kept, sizeof kept), static_cast<ssize_t>(sizeof kept));
    pause_up_to(30);
    kill(writer, SIGKILL);
    waitpid(writer, nullptr, 0);
    while (read(ends[0], &latest, sizeof latest) == sizeof latest) kept = latest;
    close(ends[0]);
    Database database(folder_.path() / "workspace.db");
    Statement check = database.query("PRAGMA integrity_check");
    ASSERT_TRUE(check.next());
    ASSERT_EQ(check.text(0), "ok") << "kill " << kills;
    const std::int64_t found = workspace_.find_run(job.run).info.extra_steps;
    EXPECT_GE(found, kept) << "an acknowledged round is gone";
    EXPECT_LE(found, kept + 1) << "rounds that never were";
    if (found == kept) {
      EXPECT_EQ(queue_.get(job.id).state, JobState::kDone);
    }
    rounds += kept;
  }
  std::cout << rounds << " acknowledged rounds, all kept\n";
}

constexpr Migration kFirst{1, "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1);"};
constexpr Migration kSecond{
    2, "CREATE TABLE b (x INTEGER); INSERT INTO b SELECT x FROM a; DROP TABLE a;"};

/// A child that migrates `file`, and how long a whole migration takes.
pid_t start_migration(const Path& file) {
  const pid_t child = fork();
  if (child != 0) return child;
  Database database(file);
  migrate(database, std::vector<Migration>{kFirst, kSecond});
  _exit(0);
}

TEST_F(QueueKill, AMigrationKilledAtAnyMomentLeavesTheOldSchemaOrTheNew) {
  constexpr int kRounds = 40;
  std::array<int, 3> seen{};
  std::chrono::duration<double> whole{0};
  for (int round = 0; round <= kRounds; ++round) {
    const Path file = folder_.path() / ("m" + std::to_string(round) + ".db");
    {
      Database database(file);
      migrate(database, std::vector<Migration>{kFirst});
    }
    const auto begin = std::chrono::steady_clock::now();
    const pid_t child = start_migration(file);
    if (round > 0) {
      std::this_thread::sleep_for(whole * 1.5 * round / kRounds);
      kill(child, SIGKILL);
    }
    waitpid(child, nullptr, 0);
    if (round == 0) whole = std::chrono::steady_clock::now() - begin;
    Database database(file);
    Statement version = database.query("PRAGMA user_version");
    ASSERT_TRUE(version.next());
    const auto number = static_cast<std::size_t>(version.integer(0));
    ++seen.at(number);
    EXPECT_TRUE(database.query(number == 1 ? "SELECT x FROM a" : "SELECT x FROM b").next());
  }
  EXPECT_EQ(seen[0], 0);
  EXPECT_GT(seen[1], 0);
  EXPECT_GT(seen[2], 1);
  std::cout << seen[1] << " old, " << seen[2] << " new\n";
}

}  // namespace
}  // namespace warmstart
