#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/json.h"
#include "core/run/serve_lock.h"
#include "tests/faults/queue_bench.h"

namespace warmstart {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using testing::TemporaryFolder;

class QueueCli : public ::testing::Test {
 protected:
  void SetUp() override {
    write_atomically(recipe_, "steps: 10\n");
    testing::write_devices(folder_.path(), 1);
  }
  CommandResult warmstart(std::vector<std::string> arguments) {
    return testing::warmstart_command(folder_.path(), std::move(arguments));
  }
  Json json(std::vector<std::string> arguments) {
    arguments.push_back("--json");
    const CommandResult result = warmstart(arguments);
    EXPECT_EQ(result.status.code, 0) << result.errors;
    return Json::parse(result.output, nullptr, false);
  }
  void expect_error(std::vector<std::string> arguments, int code, const std::string& line) {
    const CommandResult result = warmstart(std::move(arguments));
    EXPECT_EQ(result.status.code, code);
    EXPECT_EQ(result.errors, "error: " + line + "\n");
    EXPECT_EQ(result.output, "");
  }

  TemporaryFolder folder_;
  Path recipe_ = folder_.path() / "fake.yaml";
};

TEST_F(QueueCli, SubmitMakesOneJobForEachSeedAndSaysHowToServe) {
  const CommandResult result =
      warmstart({"submit", recipe_.string(), "--seed", "3", "--seed", "4"});
  EXPECT_EQ(result.status.code, 0) << result.errors;
  EXPECT_THAT(result.output, HasSubstr("job 1  "));
  EXPECT_THAT(result.output, HasSubstr("-fake-main-s3-"));
  EXPECT_THAT(result.output, HasSubstr("job 2  "));
  EXPECT_THAT(result.output,
              HasSubstr("no runner is at work: start one with `warmstart serve --workspace " +
                        folder_.path().string() + "`, or submit with --start\n"));
}

TEST_F(QueueCli, WhatIsQueuedDoesNotChangeWithTheFile) {
  const Json submitted = json({"submit", recipe_.string(), "--seed", "0"});
  write_atomically(recipe_, "fail_at: 1\n");
  warmstart({"serve", "--until-idle"});
  EXPECT_EQ(json({"queue"})["jobs"][0]["state"], "done");
  EXPECT_EQ(submitted["jobs"][0]["state"], "queued");
}

TEST_F(QueueCli, ServesUntilIdleAndShowsResults) {
  json({"submit", recipe_.string()});
  const CommandResult served = warmstart({"serve", "--until-idle"});
  EXPECT_EQ(served.status.code, 0) << served.errors;
  EXPECT_THAT(served.output, HasSubstr("serving: fake0 (1 job at once)"));
  EXPECT_THAT(served.output, HasSubstr("job 1  started  on fake0, "));
  EXPECT_THAT(served.output, HasSubstr("job 2  ended  done"));
  const CommandResult runs = warmstart({"runs"});
  EXPECT_THAT(runs.output, HasSubstr("10/10  test.dice "));
  const Json queue = json({"queue"});
  EXPECT_TRUE(queue["runner"].is_null());
  ASSERT_EQ(queue["jobs"].size(), 2U);
  EXPECT_EQ(queue["jobs"][0]["step"], 10);
}

TEST_F(QueueCli, StartsADetachedRunner) {
  write_atomically(recipe_, "steps: 5\n");
  const CommandResult result = warmstart({"submit", recipe_.string(), "--seed", "0", "--start"});
  EXPECT_EQ(result.status.code, 0) << result.errors;
  EXPECT_THAT(result.output, ::testing::Not(HasSubstr("no runner")));
  const std::string holder = ServeLock::holder(folder_.path()).value_or("");
  ASSERT_THAT(holder, MatchesRegex("pid [0-9]+ on .* since .*Z"));
  EXPECT_TRUE(testing::eventually([&] { return json({"queue"})["jobs"][0]["state"] == "done"; }));
  expect_error({"serve"}, 2,
               "a runner is already at work here: " + holder + "; " + folder_.path().string() +
                   "; it will take your jobs; nothing else is needed");
  kill(std::stoi(holder.substr(4)), SIGTERM);
  EXPECT_TRUE(testing::eventually([&] { return !ServeLock::holder(folder_.path()); }));
}

TEST_F(QueueCli, VerbsChangeJobs) {
  json({"submit", recipe_.string()});
  EXPECT_THAT(warmstart({"pause", "1"}).output, HasSubstr("job 1  paused  "));
  EXPECT_EQ(json({"resume", "1"})[0]["state"], "queued");
  EXPECT_EQ(json({"priority", "2", "7"})["priority"], 7);
  EXPECT_EQ(json({"queue"})["jobs"][0]["job"], 2);
  EXPECT_EQ(json({"move", "1", "1"})["priority"], 7);
  EXPECT_EQ(json({"queue"})["jobs"][0]["job"], 1);
  EXPECT_EQ(json({"cancel", "1", "2"})[1]["state"], "cancelled");
  EXPECT_EQ(json({"retry", "2"})[0]["state"], "queued");
  warmstart({"serve", "--until-idle"});
  EXPECT_EQ(json({"extend", "2", "5"})["state"], "queued");
  warmstart({"serve", "--until-idle"});
  EXPECT_EQ(json({"queue"})["jobs"][0]["step"], 15);
}

TEST_F(QueueCli, ErrorsSayWhatWhereAndWhatToDo) {
  const std::string run = json({"submit", recipe_.string(), "--seed", "0"})["jobs"][0]["run"];
  expect_error({"retry", "1"}, 2,
               "job 1 is queued; cannot retry it; " + run +
                   "; retry works on jobs that are: failed, cancelled, interrupted");
  expect_error({"cancel", "9"}, 2,
               "no job 9; " + folder_.path().string() + "; list them with: warmstart queue --all");
  expect_error({"show", "nothing"}, 2,
               "no run 'nothing'; " + (folder_.path() / "runs").string() +
                   "; list them with: warmstart runs");
  expect_error({"submit", recipe_.string(), "--after", "9"}, 2,
               "no job 9; " + folder_.path().string() + "; list them with: warmstart queue --all");
  expect_error({"submit", recipe_.string(), "--after", "x"}, 2,
               "Could not convert: --after = x; warmstart submit; see warmstart submit --help");
}

TEST_F(QueueCli, ABadRecipeIsToldInTheWorkersWordsAndMakesNoJob) {
  expect_error({"submit", "no/such"}, 2, "no recipe 'no/such'; recipes; see warmstart recipes");
  EXPECT_EQ(json({"queue"})["jobs"].size(), 0U);
}

TEST_F(QueueCli, UnknownCommandsAreCorrected) {
  const CommandResult result = run_command({testing::warmstart_program().string(), "quue"});
  EXPECT_EQ(result.status.code, 2);
  EXPECT_EQ(result.errors,
            "error: unknown command 'quue'; warmstart; did you mean: warmstart queue\n");
}

TEST_F(QueueCli, CommandsThatNeedComponentsAreHandedOverUnchanged) {
  const CommandResult result =
      warmstart({"run", "medical/x", "--arm", "a b", "--set", "model.width=3", "--smoke"});
  EXPECT_EQ(result.status.code, 7) << "the worker's exit code is ours";
  EXPECT_EQ(result.output,
            "run\nmedical/x\n--arm\na b\n--set\nmodel.width=3\n--smoke\n--workspace\n" +
                folder_.path().string() + "\n");
}

TEST_F(QueueCli, AMissingWorkerIsTold) {
  setenv("WARMSTART_WORKER", "/no/such/worker", 1);
  const CommandResult result = run_command({testing::warmstart_program().string(), "doctor"});
  EXPECT_EQ(result.status.code, 4);
  EXPECT_EQ(result.errors,
            "error: program warmstart-worker is missing; /no/such/worker; install Warmstart whole, "
            "or name the program with $WARMSTART_WORKER\n");
}

}  // namespace
}  // namespace warmstart
