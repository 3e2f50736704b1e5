#include "core/run/run_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cmath>

#include "tests/unit/base/storage_bench.h"

namespace warmstart {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;
using testing::error_of;
using testing::get_file;
using testing::put_file;
using testing::ScratchFolder;

std::string step_line(int step, const std::string& loss) {
  const std::string number = std::to_string(step);
  return R"({"event":"step","time":)" + std::to_string(1000 + step) +
         R"(.5,"stage":"pretrain","step":)" + number + R"(,"global_step":)" + number +
         R"(,"scalars":{"loss":)" + loss + "}}\n";
}

std::string steps(int first, int last, const std::string& loss) {
  std::string lines;
  for (int step = first; step <= last; ++step) lines += step_line(step, loss);
  return lines;
}

std::string event_line(const std::string& kind, const std::string& rest = "") {
  return R"({"event":")" + kind + R"(","time":1)" + (rest.empty() ? "" : "," + rest) + "}\n";
}

RunHistory history_of(const std::string& text) {
  const ScratchFolder folder;
  const RunFolder run = RunFolder::create(folder.path(), "r");
  put_file(run.events(), text);
  return read_history(run);
}

std::vector<std::int64_t> steps_of(const std::vector<Json>& events) {
  std::vector<std::int64_t> found;
  for (const Json& event : events) found.push_back(event.at("global_step"));
  return found;
}

TEST(RunFolder, CreateMakesTheTreeAndNothingTwice) {
  const ScratchFolder folder;
  const RunFolder run = RunFolder::create(folder / "runs", "a-1");
  EXPECT_EQ(run.id(), "a-1");
  for (const Path& path : {run.checkpoints(), run.captures(), run.exports()}) {
    EXPECT_TRUE(std::filesystem::is_directory(path)) << path;
  }
  EXPECT_THAT(error_of([&] { RunFolder::create(folder / "runs", "a-1"); }),
              HasSubstr("the run folder exists already; " + run.root.string()));
}

TEST(RunFolder, NamesThatLeaveTheFolderAreRefused) {
  const ScratchFolder folder;
  for (const std::string id : {"", ".", "..", "../x", "a/b", "/x", ".hidden"}) {
    EXPECT_THAT(error_of([&] { RunFolder::create(folder.path(), id); }), HasSubstr("cannot name a run"));
  }
  EXPECT_TRUE(folder.names().empty());
}

TEST(RunFolder, OpenWantsARecipe) {
  const ScratchFolder folder;
  const RunFolder run = RunFolder::create(folder.path(), "r");
  EXPECT_THAT(error_of([&] { RunFolder::open(run.root); }), HasSubstr("not a run folder"));
  EXPECT_THAT(error_of([&] { RunFolder::open(folder / "none"); }), HasSubstr("not a run folder"));
  put_file(run.recipe(), "warmstart: 1\n");
  EXPECT_EQ(RunFolder::open(run.root / "../r/").root.lexically_normal(), run.root / "");
}

TEST(RunFolder, EventsComeBackAsTheyWereWritten) {
  const ScratchFolder folder;
  EventReader reader(folder / "events.jsonl");
  EXPECT_TRUE(reader.poll().empty());
  EventWriter writer(folder / "events.jsonl");
  writer.write("step", {{"scalars", {{"loss", std::nan("")}, {"rate", 1e-7}}}});
  writer.write("warning", {{"text", "line\nbreak \xff"}, {"event", "not mine"}}, true);
  const std::vector<Json> events = reader.poll();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0]["event"], "step");
  EXPECT_NEAR(events[0]["time"].get<double>(), static_cast<double>(std::time(nullptr)), 5);
  EXPECT_TRUE(events[0]["scalars"]["loss"].is_null());
  EXPECT_EQ(events[0]["scalars"]["rate"], 1e-7);
  EXPECT_EQ(events[1]["event"], "warning");
  EXPECT_EQ(events[1]["text"], "line\nbreak \xef\xbf\xbd");
  EXPECT_TRUE(reader.poll().empty());
}

TEST(RunFolder, UnimportantLinesWaitForAFlush) {
  const ScratchFolder folder;
  EventWriter writer(folder / "events.jsonl");
  for (int i = 0; i < 10; ++i) writer.write("progress", {{"i", i}});
  EventReader reader(folder / "events.jsonl");
  const std::size_t early = reader.poll().size();
  EXPECT_LT(early, 10U);
  writer.flush();
  EXPECT_EQ(early + reader.poll().size(), 10U);
}

TEST(RunFolder, OpeningTheLogClearsWhatAKilledWriterLeft) {
  const ScratchFolder folder;
  const RunFolder run = RunFolder::create(folder.path(), "r");
  std::filesystem::create_directory(run.captures() / "50");
  const std::string name = ".x.tmp-" + std::to_string(::getpid()) + "-77-0";
  const std::vector<Path> left{run.root / name, run.checkpoints() / name, run.exports() / name,
                               run.captures() / name, run.captures() / "50" / name};
  for (const Path& path : left) put_file(path, "x");
  const EventWriter writer(run.events());
  for (const Path& path : left) EXPECT_FALSE(std::filesystem::exists(path)) << path;
}

TEST(RunFolder, AReaderSeesOnlyWholeLines) {
  const ScratchFolder folder;
  const Path file = folder / "events.jsonl";
  EventReader reader(file);
  const std::string text = event_line("done") + "garbage\n" + "[1]\n\n" + event_line("stage");
  std::size_t seen = 0;
  for (std::size_t size = 0; size <= text.size(); ++size) {
    put_file(file, text.substr(0, size));
    for (const Json& event : reader.poll()) {
      EXPECT_EQ(event["event"], seen == 0 ? "done" : "stage");
      ++seen;
    }
  }
  EXPECT_EQ(seen, 2U);
  EXPECT_EQ(reader.garbage_lines(), 2);
}

TEST(RunFolder, ControlCommandsArrive) {
  const ScratchFolder folder;
  const RunFolder run = RunFolder::create(folder.path(), "r");
  EventReader reader(run.control());
  send_control(run, {{"command", "stop"}});
  send_control(run, {{"command", "capture"}});
  const std::vector<Json> commands = reader.poll();
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(commands[0]["command"], "stop");
  EXPECT_EQ(commands[1]["command"], "capture");
}

TEST(RunHistory, IsCreatedBeforeTheFirstEvent) {
  const ScratchFolder folder;
  EXPECT_EQ(read_history(RunFolder::create(folder.path(), "r")).state, "created");
  EXPECT_EQ(history_of("").state, "created");
}

TEST(RunHistory, FollowsTheLastWord) {
  const std::string start = event_line("start", R"("total_steps":7)");
  EXPECT_EQ(history_of(start).state, "running");
  EXPECT_EQ(history_of(start).total_steps, 7);
  EXPECT_EQ(history_of(start + event_line("done")).state, "done");
  EXPECT_EQ(history_of(start + event_line("stopped")).state, "stopped");
  const RunHistory failed = history_of(start + event_line("failed", R"("error":"no")"));
  EXPECT_EQ(failed.state, "failed");
  EXPECT_EQ(failed.error, "no");
  const RunHistory again = history_of(start + event_line("failed", R"("error":"no")") +
                                      event_line("resume", R"("global_step":0)"));
  EXPECT_EQ(again.state, "running");
  EXPECT_EQ(again.error, "");
}

TEST(RunHistory, KeepsScalarsWithStepAndTime) {
  const RunHistory history = history_of(step_line(1, "0.5") + step_line(2, "null") +
                                        step_line(3, R"(3,"rate":1e-3)"));
  const Series& loss = history.scalars.at("loss");
  EXPECT_THAT(loss.step, ElementsAre(1, 2, 3));
  EXPECT_THAT(loss.time, ElementsAre(1001.5, 1002.5, 1003.5));
  EXPECT_EQ(loss.value[0], 0.5);
  EXPECT_TRUE(std::isnan(loss.value[1]));
  EXPECT_EQ(loss.value[2], 3.0);
  EXPECT_THAT(history.scalars.at("rate").step, ElementsAre(3));
  EXPECT_EQ(history.step, 3);
}

TEST(RunHistory, DropsWhatAResumeTookBack) {
  const std::string capture = R"("stage":"pretrain","inspector":"i","global_step":)";
  const RunHistory history =
      history_of(steps(1, 10, "1") + event_line("capture", capture + "4") +
                 event_line("capture", capture + "8") + event_line("checkpoint", R"("global_step":5)") +
                 event_line("resume", R"("stage":"pretrain","step":5,"global_step":5)") + steps(6, 7, "2"));
  const Series& loss = history.scalars.at("loss");
  EXPECT_THAT(loss.step, ElementsAre(1, 2, 3, 4, 5, 6, 7));
  EXPECT_THAT(loss.value, ElementsAre(1, 1, 1, 1, 1, 2, 2));
  EXPECT_THAT(steps_of(history.captures), ElementsAre(4));
  EXPECT_THAT(steps_of(history.checkpoints), ElementsAre(5));
  EXPECT_EQ(history.step, 7);
}

TEST(RunHistory, SecondResumeMayGoBackFurther) {
  const RunHistory history =
      history_of(steps(1, 9, "1") + event_line("resume", R"("global_step":6)") + steps(7, 8, "2") +
                 event_line("resume", R"("global_step":3)") + steps(4, 5, "3"));
  EXPECT_THAT(history.scalars.at("loss").value, ElementsAre(1, 1, 1, 3, 3));
}

TEST(RunHistory, AStageThatGoesOnIsListedOnce) {
  const std::string stage = event_line("stage", R"("stage":"pretrain","index":0,"global_step":0)");
  const RunHistory history = history_of(event_line("start") + stage + steps(1, 4, "1") +
                                        event_line("resume", R"("global_step":2)") + stage +
                                        steps(3, 4, "2"));
  EXPECT_EQ(history.stages.size(), 1U);
  EXPECT_THAT(history.scalars.at("loss").value, ElementsAre(1, 1, 2, 2));
}

TEST(RunHistory, AProcessThatBeginsAgainReplacesTheFirst) {
  const std::string begin = event_line("start") + event_line("stage", R"("stage":"a","global_step":0)");
  const RunHistory history = history_of(begin + steps(1, 8, "1") + begin + steps(1, 3, "2"));
  EXPECT_THAT(history.scalars.at("loss").value, ElementsAre(2, 2, 2));
  EXPECT_EQ(history.stages.size(), 1U);
  EXPECT_EQ(history.step, 3);
}

TEST(RunHistory, TornAndForeignLinesDoNoHarm) {
  const std::string zeros(64, '\0');
  const RunHistory history =
      history_of(step_line(1, "1") + R"({"event":"step","time":1,"gl)" + "\n" + zeros + "\n" +
                 "null\n{}\n[]\n\n" + R"({"event":7})" + "\n" + event_line("step") +
                 event_line("resume", R"("global_step":"x")") + event_line("made_later", R"("x":1)") +
                 step_line(2, "2") + R"({"event":"step","time":5,"glo)");
  EXPECT_THAT(history.scalars.at("loss").value, ElementsAre(1, 2));
  EXPECT_EQ(history.garbage_lines, 8);
}

TEST(RunHistory, HundredThousandLinesAreReadInAFractionOfASecond) {
  const ScratchFolder folder;
  const RunFolder run = RunFolder::create(folder.path(), "r");
  const int count = 100'000;
  const std::string scalars =
      R"(0.125,"learning_rate":0.01,"gradient_norm":1.5,"loss.dice":0.25,"loss.cross_entropy":0.5,"samples_per_second":11.5)";
  put_file(run.events(), steps(1, count, scalars));
  const auto begin = std::chrono::steady_clock::now();
  const RunHistory history = read_history(run);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  EXPECT_EQ(history.scalars.at("samples_per_second").value.size(), static_cast<std::size_t>(count));
  EXPECT_EQ(history.garbage_lines, 0);
  RecordProperty("seconds", std::to_string(seconds.count()));
  std::printf("%d lines in %.3f s\n", count, seconds.count());
  EXPECT_LT(seconds.count(), 3.0);  // 0.2 s on a quiet machine; the margin is for a busy one
}

}  // namespace
}  // namespace warmstart
