#include "core/run/run_history.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/run/run_folder.h"
#include "tests/unit/base/storage_bench.h"

namespace warmstart {
namespace {

using testing::put_file;
using testing::ScratchFolder;
using Steps = std::vector<std::int64_t>;

std::string step_line(int step, const std::string& loss) {
  return R"({"event":"step","time":)" + std::to_string(100 + step) +
         R"(,"stage":"s","step":1,"global_step":)" + std::to_string(step) +
         R"(,"scalars":{"loss":)" + loss + "}}\n";
}

std::string steps(int first, int last, const std::string& loss = "0.5") {
  std::string text;
  for (int step = first; step <= last; ++step) text += step_line(step, loss);
  return text;
}

std::string line(const std::string& kind, const std::string& fields) {
  return R"({"event":")" + kind + R"(","time":1)" + (fields.empty() ? "" : ",") + fields + "}\n";
}

RunHistory history_of(const std::string& events) {
  const ScratchFolder folder;
  put_file(folder / "events.jsonl", events);
  return read_history({folder.path()});
}

Steps range(int first, int last) {
  Steps out;
  for (int step = first; step <= last; ++step) out.push_back(step);
  return out;
}

TEST(RunHistory, ARunWithoutALogIsCreated) {
  const ScratchFolder folder;
  EXPECT_EQ(read_history({folder.path()}).state, "created");
  EXPECT_EQ(history_of("").state, "created");
}

TEST(RunHistory, ScalarsBecomeSeries) {
  const RunHistory history =
      history_of(line("start", R"("total_steps":4)") + step_line(1, "0.5") + step_line(2, "null") +
                 step_line(3, "7") + step_line(4, "-1e-300") + line("done", ""));
  const ScalarSeries& loss = history.scalars.at("loss");
  EXPECT_EQ(loss.step, range(1, 4));
  EXPECT_EQ(loss.time, (std::vector<double>{101, 102, 103, 104}));
  EXPECT_EQ(loss.value[0], 0.5);
  EXPECT_TRUE(std::isnan(loss.value[1])) << "null is how a log writes what is no number";
  EXPECT_EQ(loss.value[2], 7);
  EXPECT_EQ(loss.value[3], -1e-300);
  EXPECT_EQ(history.state, "done");
  EXPECT_EQ(history.step, 4);
  EXPECT_EQ(history.total_steps, 4);
}

TEST(RunHistory, AResumeDropsWhatWasLoggedLater) {
  const auto with = [](const std::string& kind, int step) {
    return line(kind, "\"global_step\":" + std::to_string(step));
  };
  const RunHistory history = history_of(
      line("start", R"("total_steps":20)") +
      line("stage", R"("stage":"a","index":0,"global_step":0)") + steps(1, 5) +
      with("checkpoint", 5) + with("validation", 5) + steps(6, 9) + with("validation", 8) +
      with("capture", 9) + with("measure", 9) +
      line("stage", R"("stage":"b","index":1,"global_step":9)") +
      line("failed", R"("error":"power")") + line("resume", R"("global_step":5,"total_steps":30)") +
      line("stage", R"("stage":"a","index":0,"global_step":0,"again":1)") + steps(6, 7, "0.25"));
  const ScalarSeries& loss = history.scalars.at("loss");
  EXPECT_EQ(loss.step, range(1, 7));
  EXPECT_EQ(loss.value, (std::vector<double>{0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25}));
  EXPECT_EQ(history.validations.size(), 1U);
  EXPECT_EQ(history.checkpoints.size(), 1U);
  EXPECT_TRUE(history.captures.empty());
  EXPECT_TRUE(history.measures.empty());
  ASSERT_EQ(history.stages.size(), 1U) << "the stage that goes on is one stage";
  EXPECT_EQ(history.stages[0]["again"], 1);
  EXPECT_EQ(history.state, "running");
  EXPECT_EQ(history.error, "");
  EXPECT_EQ(history.step, 7);
  EXPECT_EQ(history.total_steps, 30);
}

TEST(RunHistory, ARunThatBeganAgainReplacesItsRecord) {
  const RunHistory history =
      history_of(line("start", "") + line("stage", R"("stage":"a","global_step":0)") + steps(1, 8) +
                 line("validation", R"("global_step":4)") + line("start", "") +
                 line("stage", R"("stage":"a","global_step":0)") + steps(1, 3, "2"));
  EXPECT_EQ(history.scalars.at("loss").step, range(1, 3));
  EXPECT_EQ(history.scalars.at("loss").value, (std::vector<double>{2, 2, 2}));
  EXPECT_TRUE(history.validations.empty());
  EXPECT_EQ(history.stages.size(), 1U);
}

TEST(RunHistory, ARunThatBeganAgainAtItsSecondStageKeepsTheFirst) {
  const RunHistory history = history_of(
      line("start", R"("global_step":0)") + line("stage", R"("stage":"a","global_step":0)") +
      steps(1, 6) + line("stage", R"("stage":"b","global_step":6)") + steps(7, 9) +
      line("validation", R"("global_step":8)") + line("start", R"("global_step":6)"));
  EXPECT_EQ(history.scalars.at("loss").step, range(1, 6));
  EXPECT_EQ(history.step, 6);
  EXPECT_TRUE(history.validations.empty());
  EXPECT_EQ(history.state, "running");
}

TEST(RunHistory, GarbageLinesAreCountedAndATornLastLineIsNot) {
  const std::string bad = "nonsense\n[]\n{\"event\":1}\n{\"event\":\"step\"}\n" +
                          line("step", R"("global_step":2.5,"scalars":{})") +
                          line("validation", R"("global_step":"x")") + line("stage", "") +
                          "\x80\xff\n" + line("resume", "");
  const RunHistory history =
      history_of(steps(1, 2) + bad + "\n" + steps(3, 3) + R"({"event":"step","time":1,"global_st)");
  EXPECT_EQ(history.garbage_lines, 9);
  EXPECT_EQ(history.scalars.at("loss").step, range(1, 3));
  EXPECT_EQ(history.step, 3);
}

TEST(RunHistory, KindsOfNewerVersionsArePassedOver) {
  const RunHistory history =
      history_of(line("hologram", R"("global_step":1)") + line("statistics", R"("layers":[])"));
  EXPECT_EQ(history.garbage_lines, 0);
  EXPECT_EQ(history.state, "created");
}

TEST(RunHistory, WhatAWorkerTakesBecomesSeriesAndGoesBackWithTheRun) {
  const auto look = [](int step, double cores) {
    return line("system", "\"stage\":\"a\",\"global_step\":" + std::to_string(step) +
                              ",\"cpu_cores\":" + std::to_string(cores));
  };
  const RunHistory history = history_of(steps(1, 3) + look(1, 0.5) + look(1, 1.5) + look(3, 2) +
                                        line("resume", R"("global_step":2)"));
  EXPECT_EQ(history.system.size(), 1U);
  EXPECT_EQ(history.system.at("system.cpu_cores").step, (Steps{1, 1}));
  EXPECT_EQ(history.system.at("system.cpu_cores").value, (std::vector<double>{0.5, 1.5}));
}

TEST(RunHistory, WarningsOutliveAResume) {
  EXPECT_EQ(history_of(line("warning", R"("text":"x")") + line("resume", R"("global_step":0)"))
                .warnings.size(),
            1U);
}

TEST(RunHistory, ALongLogIsReadWhole) {
  const RunHistory history = history_of(steps(1, 200000));
  EXPECT_EQ(history.scalars.at("loss").step.size(), 200000U);
  EXPECT_EQ(history.scalars.at("loss").step.back(), 200000);
  EXPECT_EQ(history.garbage_lines, 0);
}

}  // namespace
}  // namespace warmstart
