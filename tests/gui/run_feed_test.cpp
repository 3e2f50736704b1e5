// The feed of a run: what the window keeps of an event log.
#include "core/run/run_history.h"

#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTemporaryDir>
#include <fstream>

#include "views/feed/run_feed.h"

namespace warmstart {
namespace {

class RunFeedTest : public testing::Test {
 protected:
  void write(const std::string& text) {
    std::ofstream(folder_ / "events.jsonl", std::ios::app) << text;
  }
  static std::string step(int at, double loss) {
    return R"({"event":"step","time":10,"stage":"a","step":1,"global_step":)" + std::to_string(at) +
           R"(,"scalars":{"loss":)" + std::to_string(loss) + "}}\n";
  }
  RunHistory read() {
    EventBatchReader reader(folder_ / "events.jsonl");
    RunHistory log;
    for (bool more = true; more;) {
      EventBatchReader::Poll poll = reader.poll();
      for (EventBatch& batch : poll.batches) log.add(std::move(batch));
      more = poll.more;
    }
    return log;
  }
  QTemporaryDir temporary_;
  Path folder_ = temporary_.path().toStdString();
};

TEST_F(RunFeedTest, KeepsEveryScalarOfEveryStep) {
  write(R"({"event":"start","time":1,"total_steps":3})"
        "\n" +
        step(1, 0.5) + step(2, 0.25));
  const RunHistory log = read();
  EXPECT_EQ(log.state, "running");
  EXPECT_EQ(log.total_steps, 3);
  EXPECT_EQ(log.scalars.at("loss").step, (std::vector<double>{1, 2}));
  EXPECT_EQ(log.scalars.at("loss").value, (std::vector<double>{0.5, 0.25}));
}

TEST_F(RunFeedTest, AResumeCutsWhatCameAfterItsCheckpoint) {
  write(step(1, 1) + step(2, 2) + step(3, 3) +
        R"({"event":"resume","time":9,"global_step":1,"total_steps":4})"
        "\n" +
        step(2, 20));
  const RunHistory log = read();
  EXPECT_EQ(log.scalars.at("loss").step, (std::vector<double>{1, 2}));
  EXPECT_EQ(log.scalars.at("loss").value, (std::vector<double>{1, 20}));
  EXPECT_EQ(log.step, 2);
}

TEST_F(RunFeedTest, GarbageIsCountedAndATornLastLineWaits) {
  write(step(1, 1) + "not json\n{\"event\":\"step\"}\n" + R"({"event":"done","ti)");
  const RunHistory log = read();
  EXPECT_EQ(log.garbage_lines, 2);
  EXPECT_EQ(log.state, "created");
  EXPECT_EQ(log.scalars.at("loss").size(), 1U);
}

TEST_F(RunFeedTest, ValidationsBecomeSeriesByDataAndMetric) {
  write(
      R"({"event":"validation","time":1,"global_step":5,"on":"test","metrics":{"dice":0.5,"hd95":null}})"
      "\n");
  const RunHistory log = read();
  EXPECT_EQ(log.measured.at("test.dice").value, std::vector<double>{0.5});
  EXPECT_TRUE(std::isnan(log.measured.at("test.hd95").value.at(0)));
}

TEST_F(RunFeedTest, AFeedHandsNewEventsOver) {
  write(step(1, 1));
  RunFeed feed(QStringLiteral("x"), RunFolder{folder_});
  QSignalSpy grown(&feed, &RunFeed::grown);
  ASSERT_TRUE(grown.wait(5000));
  EXPECT_TRUE(feed.loaded());
  write(step(2, 0.5));
  ASSERT_TRUE(grown.wait(5000));
  EXPECT_EQ(feed.log().scalars.at("loss").size(), 2U);
}

TEST_F(RunFeedTest, AFeedSaysWhenTheFolderIsGone) {
  const Path gone = folder_ / "run";
  std::filesystem::create_directories(gone);
  RunFeed feed(QStringLiteral("x"), RunFolder{gone});
  std::filesystem::remove_all(gone);
  QSignalSpy problem(&feed, &RunFeed::problemChanged);
  ASSERT_TRUE(problem.wait(5000));
  EXPECT_TRUE(feed.problem().contains(QStringLiteral("gone")));
}

}  // namespace
}  // namespace warmstart
