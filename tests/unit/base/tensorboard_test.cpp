#include "core/run/tensorboard.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "core/run/run_history.h"
#include "tests/unit/base/storage_bench.h"

namespace warmstart {
namespace {

using testing::ask_reference;
using testing::error_of;
using testing::ScratchFolder;

const double kNan = std::numeric_limits<double>::quiet_NaN();

ScalarSeries series(const std::vector<double>& steps, const std::vector<double>& values,
                    const std::vector<double>& times) {
  LineAxis axis;
  ScalarSeries made;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    axis.add(steps[i], times[i]);
    made.add(axis, values[i]);
  }
  return made;
}

/// Two stages; "dice" is recorded at every second step only, one loss is no number.
RunHistory small_history() {
  RunHistory history;
  history.scalars["loss"] = series({1, 2, 3}, {0.1, kNan, 1e-30}, {100.25, 101.5, 102});
  history.scalars["dice, \"soft\""] = series({2, 4}, {0.5, -2}, {101.75, 103});
  history.stages = {{{"stage", "pretrain"}, {"global_step", 0}},
                    {{"stage", "finetune"}, {"global_step", 2}}};
  return history;
}

TEST(Tensorboard, AnIndependentReaderFindsEveryScalar) {
  const ScratchFolder folder;
  const Path file = write_tensorboard(small_history(), folder / "board", "run-1");
  EXPECT_EQ(file, folder / "board/run-1/events.out.tfevents.warmstart");
  const Json read = ask_reference("read_event_file.py", file.string());
  ASSERT_EQ(read.size(), 5U);
  EXPECT_EQ(read[0]["version"], "brain.Event:2");
  EXPECT_EQ(read[0]["time"], 100.25);
  EXPECT_EQ(read[1]["step"], 1);
  EXPECT_EQ(read[1]["time"], 100.25);
  EXPECT_EQ(read[1]["values"], (Json{{"loss", static_cast<double>(0.1F)}}));
  EXPECT_EQ(read[2]["values"]["loss"], "nan");
  EXPECT_EQ(read[2]["values"]["dice, \"soft\""], 0.5);
  EXPECT_EQ(read[3]["values"]["loss"], static_cast<double>(1e-30F));
  EXPECT_EQ(read[4]["values"]["dice, \"soft\""], -2.0);
  EXPECT_EQ(read[4]["step"], 4);
}

TEST(Tensorboard, LongRunsKeepEveryStep) {
  const ScratchFolder folder;
  RunHistory history;
  LineAxis axis;
  for (std::int64_t step = 1; step <= 3000; ++step) {
    axis.add(static_cast<double>(step * 1000000), 1.0);
    history.scalars["loss"].add(axis, static_cast<double>(step));
  }
  const Json read = ask_reference("read_event_file.py",
                                  write_tensorboard(history, folder.path(), "long").string());
  ASSERT_EQ(read.size(), 3001U);
  EXPECT_EQ(read[3000]["step"], 3000000000);
  EXPECT_EQ(read[3000]["values"]["loss"], 3000.0);
}

TEST(Tensorboard, ARunWithoutScalarsIsAFileWithAVersion) {
  const ScratchFolder folder;
  const Json read =
      ask_reference("read_event_file.py", write_tensorboard({}, folder.path(), "empty").string());
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0]["version"], "brain.Event:2");
}

TEST(Tensorboard, RunNamesThatLeaveTheFolderAreRefused) {
  const ScratchFolder folder;
  for (const char* name : {"", ".", "..", "../x", "a/b"}) {
    EXPECT_NE(error_of([&] { write_tensorboard({}, folder.path(), name); }), "") << name;
  }
  EXPECT_TRUE(folder.names().empty());
}

TEST(Tensorboard, CsvHasAnEmptyCellWhereNothingWasRecorded) {
  std::ostringstream out;
  write_csv(small_history(), out);
  EXPECT_EQ(out.str(),
            "step,stage,time,\"dice, \"\"soft\"\"\",loss\n"
            "1,pretrain,100.25,,0.1\n"
            "2,pretrain,101.75,0.5,nan\n"
            "3,finetune,102,,1e-30\n"
            "4,finetune,103,-2,\n");
}

TEST(Tensorboard, CsvNumbersReadBackBitForBit) {
  RunHistory history;
  const std::vector<double> values{1.0 / 3, 6.02214076e23, -0.0, 5e-324,
                                   std::numeric_limits<double>::infinity()};
  history.scalars["x"] = series({1, 2, 3, 4, 5}, values, {0, 0, 0, 0, 0});
  std::ostringstream out;
  write_csv(history, out);
  std::istringstream in(out.str());
  std::string line;
  std::getline(in, line);
  for (const double value : values) {
    ASSERT_TRUE(std::getline(in, line));
    const double read = std::strtod(line.c_str() + line.rfind(',') + 1, nullptr);
    EXPECT_EQ(read, value);
    EXPECT_EQ(std::signbit(read), std::signbit(value));
  }
}

}  // namespace
}  // namespace warmstart
