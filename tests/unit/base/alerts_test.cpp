// Rules about a run's series: what they tell, where, and that they tell it once.
#include "core/run/alerts.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <random>

#include "core/run/alert_follower.h"
#include "core/run/run_folder.h"
#include "core/run/samples_per_step.h"
#include "tests/unit/base/storage_bench.h"

namespace warmstart {
namespace {

ScalarSeries series_of(const std::vector<double>& values) {
  LineAxis axis;
  ScalarSeries series;
  for (std::size_t i = 0; i < values.size(); ++i) {
    axis.add(static_cast<double>(10 * (i + 1)), 0);
    series.add(axis, values[i]);
  }
  return series;
}

RunHistory with_events(std::vector<Json> events) {
  EventBatch batch;
  batch.events = std::move(events);
  RunHistory history;
  history.add(std::move(batch));
  return history;
}

Json validation(std::int64_t step, double dice, bool higher = true) {
  return {{"event", "validation"},
          {"global_step", step},
          {"on", "val"},
          {"metrics", {{"dice", dice}, {"hd95", 3.0}}},
          {"metric_info", {{{"name", "dice"}, {"higher_is_better", higher}}}}};
}

TEST(Alerts, TheRunningMedianIsThatOfTheNewestValues) {
  std::mt19937 random(3);
  std::vector<double> values(400);
  for (double& value : values) value = static_cast<double>(random() % 50);
  RunningMedian running(31);
  for (std::size_t i = 0; i < values.size(); ++i) {
    running.add(values[i]);
    std::vector<double> window(values.begin() + static_cast<std::ptrdiff_t>(i < 30 ? 0 : i - 30),
                               values.begin() + static_cast<std::ptrdiff_t>(i + 1));
    std::sort(window.begin(), window.end());
    const std::size_t n = window.size();
    ASSERT_EQ(running.median(), (window[(n - 1) / 2] + window[n / 2]) / 2) << i;
  }
}

TEST(Alerts, AValueFarAboveTheMedianBeforeItIsTold) {
  std::vector<double> values(60, 2.0);
  values[10] = 100;  // too few before it
  values[40] = 19.9;
  values[50] = 21;
  RunningMedian median(100);
  const auto alert = outgrown(AlertRule::kGradient, series_of(values), 0, 10, median);
  ASSERT_TRUE(alert);
  EXPECT_EQ(alert->step, 510);
  EXPECT_EQ(alert->value, 10.5);
}

TEST(Alerts, APlateauNeedsAWholeWindowWithoutABetterValue) {
  const ScalarSeries rising = series_of({0.1, 0.3, 0.2, 0.2, 0.4, 0.4, 0.39, 0.3});
  EXPECT_FALSE(plateau(rising, true, 4));
  const auto alert = plateau(rising, true, 3);
  ASSERT_TRUE(alert);
  EXPECT_EQ(alert->step, 80);
  EXPECT_EQ(plateau(rising, false, 3)->step, 40) << "where less is better 0.1 was the best";
}

TEST(Alerts, AShortWaitForTheLoaderIsNoAlert) {
  std::vector<double> values(200, 0.1);
  for (std::size_t i = 60; i < 65; ++i) values[i] = 0.9;
  EXPECT_FALSE(waited(series_of(values), 0, 0.2));
  for (std::size_t i = 150; i < 200; ++i) values[i] = 0.5;
  // 0.1 + 0.4 k / 50 > 0.2 for k = 13 values of the window.
  EXPECT_EQ(waited(series_of(values), 0, 0.2)->step, 1630);
}

TEST(Alerts, EachRuleIsToldOnceAndNotWhereItIsOff) {
  AlertSeries series;
  std::vector<double> values(50, 1.0);
  values[30] = 30;
  series.loss = series_of(values);
  AlertWatch watch, without;
  AlertSettings settings;
  std::vector<Alert> alerts = watch.look(series, settings);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0], (Alert{AlertRule::kSpike, 310, 30}));
  values.push_back(std::nan(""));
  values.push_back(50);
  series.loss = series_of(values);
  alerts = watch.look(series, settings);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].rule, AlertRule::kNotFinite);
  EXPECT_EQ(alerts[0].step, 510);
  EXPECT_TRUE(watch.look(series, settings).empty());
  settings.on[static_cast<std::size_t>(AlertRule::kSpike)] = false;
  settings.on[static_cast<std::size_t>(AlertRule::kNotFinite)] = false;
  EXPECT_TRUE(without.look(series, settings).empty());
}

TEST(Alerts, AQuietRunHasNone) {
  AlertSeries series;
  std::vector<double> falling, wait(300, 0.05);
  for (int i = 0; i < 300; ++i) falling.push_back(2 * std::exp(-i / 80.0) + 0.3 * (i % 7) / 7);
  series.loss = series.gradient_norm = series_of(falling);
  series.loader_wait = series_of(wait);
  EXPECT_TRUE(AlertWatch().look(series, {}).empty());
}

class AlertFollowerTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::remove(file_); }
  void TearDown() override { std::filesystem::remove(file_); }
  void write(int first, int last, double loss, const std::string& more = {}) {
    std::ofstream out(file_, std::ios::app);
    for (int step = first; step <= last; ++step) {
      out << R"({"event":"step","time":1,"stage":"a","step":1,"global_step":)" << step
          << R"(,"scalars":{"loss":)" << loss << more << "}}\n";
    }
  }
  std::vector<Alert> look(AlertFollower& follower) { return follower.look({}); }
  Path file_ = std::filesystem::temp_directory_path() /
               ("warmstart-alerts-" + std::to_string(getpid()) + ".jsonl");
};

TEST_F(AlertFollowerTest, OnlyTheEndOfALongLogIsReadAndThenWhatComes) {
  const std::string wide = R"(,"words":")" + std::string(400, 'x') + '"';
  write(1, 100, 1);
  write(101, 101, 50);  // further up than the reach
  write(102, 4000, 1, wide);
  ASSERT_GT(std::filesystem::file_size(file_), AlertFollower::kReach + (1 << 19));
  AlertFollower follower(file_);
  EXPECT_TRUE(look(follower).empty());
  EXPECT_EQ(follower.step(), 4000);
  write(4001, 4001, 70);
  EXPECT_EQ(look(follower), (std::vector<Alert>{{AlertRule::kSpike, 4001, 70}}));
  write(4002, 4002, 90);
  EXPECT_TRUE(look(follower).empty()) << "once";
}

TEST_F(AlertFollowerTest, ATornLineWaitsForItsEndAndAReplacedLogIsReadAnew) {
  AlertFollower follower(file_);
  EXPECT_TRUE(look(follower).empty()) << "there is no log yet";
  write(1, 30, 1);
  std::ofstream(file_, std::ios::app) << R"({"event":"step","time":1,"stage":"a","step":1,"glo)";
  EXPECT_TRUE(look(follower).empty());
  EXPECT_EQ(follower.step(), 30);
  std::ofstream(file_, std::ios::app) << R"(bal_step":31,"scalars":{"loss":20}})"
                                      << "\n";
  EXPECT_EQ(look(follower), (std::vector<Alert>{{AlertRule::kSpike, 31, 20}}));
  std::filesystem::remove(file_);
  write(1, 5, 1);
  EXPECT_TRUE(look(follower).empty());
  EXPECT_EQ(follower.step(), 5);
}

TEST(Alerts, TheBestValidationFollowsTheFirstMetricsDirection) {
  EXPECT_FALSE(best_validation(RunHistory()));
  EXPECT_EQ(
      best_validation(with_events({validation(5, 0.4), validation(10, 0.9), validation(15, 0.7)})),
      10);
  EXPECT_EQ(best_validation(with_events({validation(5, 0.4, false), validation(10, 0.9, false)})),
            5);
}

TEST(Alerts, AStepThatWasSkippedOrEndedTheRunIsNotFinite) {
  const RunHistory history = with_events(
      {{{"event", "start"}},
       {{"event", "warning"}, {"text", "loss is nan at stage 'a', step 4"}, {"global_step", 4}},
       {{"event", "warning"}, {"text", "low on memory"}, {"global_step", 5}},
       {{"event", "failed"}, {"error", "loss is inf at stage 'a', step 1"}}});
  EXPECT_EQ(skipped_steps(history), (std::vector<std::int64_t>{4, 1}));
  const std::vector<Alert> alerts = AlertWatch().look(alert_series(history), {});
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].step, 4);
}

TEST(SamplesSeen, CountsEachStageWithItsOwnBatches) {
  const testing::ScratchFolder folder;
  testing::put_file(folder / "recipe.yaml",
                    "stages:\n  a: {trainer: {batch_size: 2, accumulate: 3}}\n"
                    "  b: {trainer: {batch_size: 5, accumulate: 1}}\n");
  const auto per_step = samples_per_step({folder.path()});
  EXPECT_EQ(per_step, (std::map<std::string, double>{{"a", 6}, {"b", 5}}));
  const SamplesSeen samples(
      with_events({{{"event", "stage"}, {"stage", "a"}, {"global_step", 0}},
                   {{"event", "stage"}, {"stage", "b"}, {"global_step", 100}}}),
      per_step);
  ASSERT_TRUE(samples.known());
  EXPECT_EQ(samples.at(1), 6);
  EXPECT_EQ(samples.at(100), 600);
  EXPECT_EQ(samples.at(103), 615);
  EXPECT_TRUE(samples_per_step({folder / "nowhere"}).empty());
}

}  // namespace
}  // namespace warmstart
