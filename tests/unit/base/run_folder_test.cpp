#include "core/run/run_folder.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/base/storage_bench.h"

namespace warmstart {
namespace {

using testing::error_of;
using testing::get_file;
using testing::put_file;
using testing::ScratchFolder;
using Names = std::vector<std::string>;

TEST(RunFolder, IsCreatedOnce) {
  const ScratchFolder runs;
  const RunFolder folder = RunFolder::create(runs.path(), "run-1");
  EXPECT_EQ(folder.id(), "run-1");
  for (const Path& path : {folder.checkpoints(), folder.captures(), folder.exports()}) {
    EXPECT_TRUE(std::filesystem::is_directory(path)) << path;
  }
  EXPECT_EQ(error_of([&] { RunFolder::create(runs.path(), "run-1"); }),
            "the run folder exists already; " + folder.root.string() + "; use another name");
  std::filesystem::create_directory(runs / "empty");
  EXPECT_EQ(RunFolder::create(runs.path(), "empty").root, runs / "empty");
}

TEST(RunFolder, NamesThatLeaveTheFolderAreRefused) {
  const ScratchFolder runs;
  for (const char* id : {"", ".", "..", "../x", "a/b", "/tmp/x", ".hidden"}) {
    EXPECT_NE(error_of([&] { RunFolder::create(runs.path(), id); }).find("cannot name a run"),
              std::string::npos)
        << id;
  }
  EXPECT_TRUE(runs.names().empty());
}

TEST(RunFolder, OpensOnlyWhatHasARecipe) {
  const ScratchFolder runs;
  const RunFolder folder = RunFolder::create(runs.path(), "run-1");
  EXPECT_EQ(error_of([&] { RunFolder::open(folder.root); }),
            "not a run folder (it has no recipe.yaml); " + folder.root.string() +
                "; `warmstart runs` lists the runs");
  put_file(folder.recipe(), "name: x\n");
  EXPECT_EQ(RunFolder::open(folder.root).id(), "run-1");
  EXPECT_EQ(RunFolder::open(folder.root / "").id(), "run-1") << "a final slash is no name";
}

TEST(RunFolder, EventsReadBackAsWritten) {
  const ScratchFolder runs;
  EventWriter writer(runs / "events.jsonl");
  EventReader reader(runs / "events.jsonl");
  EXPECT_TRUE(reader.poll().empty());
  writer.write("step",
               {{"global_step", 1},
                {"scalars", {{"loss", std::numeric_limits<double>::quiet_NaN()}, {"x", 0.1}}}});
  EXPECT_TRUE(reader.poll().empty()) << "buffered";
  writer.write("checkpoint", {{"file", "bad \xff utf-8\n"}}, true);
  const std::vector<Json> events = reader.poll();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0]["event"], "step");
  EXPECT_TRUE(events[0]["scalars"]["loss"].is_null());
  EXPECT_EQ(events[0]["scalars"]["x"], 0.1);
  EXPECT_GT(events[0]["time"].get<double>(), 1.6e9);
  EXPECT_EQ(events[1]["file"], "bad \xef\xbf\xbd utf-8\n");
  EXPECT_TRUE(reader.poll().empty());
  EXPECT_EQ(reader.garbage_lines(), 0);
}

TEST(RunFolder, ATornLineIsReadOnceItIsWhole) {
  const ScratchFolder runs;
  EventReader reader(runs / "log");
  put_file(runs / "log", "{\"a\":1}\n{\"b\":");
  EXPECT_EQ(reader.poll().size(), 1U);
  EXPECT_TRUE(reader.poll().empty());
  put_file(runs / "log", "{\"a\":1}\n{\"b\":2}\n\n{\"c\":3}\n");
  const std::vector<Json> events = reader.poll();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0]["b"], 2);
  EXPECT_EQ(events[1]["c"], 3);
}

TEST(RunFolder, GarbageLinesAreCountedAndPassedOver) {
  const ScratchFolder runs;
  put_file(runs / "log", "{\"a\":1}\nnot json\n[1]\n{\"b\"\n\xff\xfe\n{\"c\":3}\n");
  EventReader reader(runs / "log");
  EXPECT_EQ(reader.poll().size(), 2U);
  EXPECT_EQ(reader.garbage_lines(), 4);
}

TEST(RunFolder, ControlCommandsArriveOneALine) {
  const ScratchFolder runs;
  const RunFolder folder = RunFolder::create(runs.path(), "run-1");
  EventReader worker(folder.control());
  send_control(folder, {{"command", "capture"}});
  send_control(folder, {{"command", "stop"}});
  const std::vector<Json> commands = worker.poll();
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(commands[1]["command"], "stop");
}

}  // namespace
}  // namespace warmstart
