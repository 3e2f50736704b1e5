#include "core/run/process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>

#include "core/base/error.h"
#include "tests/faults/queue_bench.h"

namespace warmstart {
namespace {

using testing::eventually;
using testing::TemporaryFolder;

ChildProcess shell(const std::string& script, const Path& output = {}) {
  SpawnRequest request;
  request.arguments = {"/bin/sh", "-c", script};
  request.output = output;
  request.environment = {{"WARMSTART_TEST_WORD", "hello"}};
  return ChildProcess::spawn(request);
}

TEST(Process, ALeaseNamesOneProcessOfOneBoot) {
  const Lease mine = Lease::mine();
  EXPECT_EQ(mine.pid, getpid());
  EXPECT_TRUE(mine.alive());
  const std::optional<Lease> read = Lease::parse(mine.text());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text(), mine.text());
  Lease reused = mine;
  ++reused.start;
  EXPECT_FALSE(reused.alive()) << "same number, started at another time";
  Lease earlier = mine;
  earlier.boot = "another";
  EXPECT_FALSE(earlier.alive()) << "same number, before a restart of the machine";
}

TEST(Process, DamagedLeasesAreNone) {
  for (const char* text : {"", "x", "12", "12:", "12:x:boot", "-1:2:boot", "0:2:boot", "12:13"}) {
    EXPECT_FALSE(Lease::parse(text)) << text;
  }
}

TEST(Process, ReportsCodesAndSignals) {
  EXPECT_EQ(shell("exit 3").wait().code, 3);
  const ExitStatus killed = shell("kill -SEGV $$").wait();
  EXPECT_EQ(killed.signal, SIGSEGV);
  EXPECT_FALSE(killed.code);
  EXPECT_EQ(signal_name(SIGSEGV), "SIGSEGV");
  EXPECT_EQ(signal_name(64), "signal 64");
}

TEST(Process, AppendsOutputAndPassesTheEnvironment) {
  TemporaryFolder folder;
  const Path log = folder.path() / "log.txt";
  shell("echo $WARMSTART_TEST_WORD; cat", log).wait();  // cat ends: standard input is empty
  shell("echo again >&2", log).wait();
  EXPECT_EQ(read_file(log), "hello\nagain\n");
}

TEST(Process, AMissingProgramEndsWith127) {
  SpawnRequest request;
  request.arguments = {"/no/such/program"};
  request.output = "/dev/null";
  EXPECT_EQ(ChildProcess::spawn(request).wait().code, 127);
}

TEST(Process, AGatedProgramWaitsForTheGate) {
  TemporaryFolder folder;
  SpawnRequest request;
  request.arguments = {"/bin/sh", "-c", "echo started"};
  request.output = folder.path() / "log.txt";
  request.gated = true;
  ChildProcess child = ChildProcess::spawn(request);
  usleep(20000);
  EXPECT_EQ(read_file(request.output), "");
  EXPECT_TRUE(child.lease().alive());
  child.open_gate();
  EXPECT_EQ(child.wait().code, 0);
  EXPECT_EQ(read_file(request.output), "started\n");
}

TEST(Process, AGatedProgramNeverStartsWhenTheGateCloses) {
  TemporaryFolder folder;
  SpawnRequest request;
  request.arguments = {"/bin/sh", "-c", "echo started"};
  request.output = folder.path() / "log.txt";
  request.gated = true;
  Lease lease;
  {
    const ChildProcess child = ChildProcess::spawn(request);
    lease = child.lease();
  }
  EXPECT_TRUE(eventually([&] { return !lease.alive(); }));
  EXPECT_EQ(read_file(request.output), "");
}

TEST(Process, ADeathAtTheGateIsADeathLikeAnyOther) {
  SpawnRequest request;
  request.arguments = {"/bin/true"};
  request.gated = true;
  ChildProcess child = ChildProcess::spawn(request);
  signal_group(child.lease(), SIGKILL);
  EXPECT_TRUE(eventually([&] { return !child.lease().alive(); }));
  child.open_gate();
  EXPECT_EQ(child.wait().signal, SIGKILL);
}

TEST(Process, EndsWithEverythingItStarted) {
  TemporaryFolder folder;
  const Path file = folder.path() / "pid";
  ChildProcess child = shell("sleep 100 & echo $! > " + file.string() + "; kill -KILL $$");
  EXPECT_TRUE(eventually([&] { return child.poll().has_value(); }));
  const pid_t grandchild = std::stoi(read_file(file));
  EXPECT_TRUE(eventually([&] { return !Lease::of(grandchild).has_value(); }));
}

TEST(Process, WaitingEndsWithTheFirstProcess) {
  ChildProcess child = shell("exit 0");
  const auto begin = std::chrono::steady_clock::now();
  wait_for_any({child.lease()}, std::chrono::seconds(5));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(4));
  child.wait();
}

TEST(Process, RunsACommandWithLongOutputOnBothStreams) {
  const CommandResult result = run_command(
      {"sh", "-c",
       "head -c 300000 /dev/zero | tr '\\0' e >&2; head -c 300000 /dev/zero | tr '\\0' o; exit 5"});
  EXPECT_EQ(result.output, std::string(300000, 'o'));
  EXPECT_EQ(result.errors, std::string(300000, 'e'));
  EXPECT_EQ(result.status.code, 5);
}

TEST(Process, SaysWhichProgramIsMissing) {
  try {
    sibling_program("no-such-program", "WARMSTART_NO_SUCH_VARIABLE");
    FAIL() << "found";
  } catch (const Error& error) {
    EXPECT_EQ(error.problem(), "program no-such-program is missing");
    EXPECT_EQ(error.kind(), ErrorKind::kMachine);
  }
}

}  // namespace
}  // namespace warmstart
