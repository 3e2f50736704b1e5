// Memorization times, the monitor's states and correlation. Expected numbers of the last:
// tests/reference/pathways.py (SciPy).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/claim/correlation.h"
#include "core/pathway/grokking_monitor.h"
#include "core/pathway/memorization.h"

namespace warmstart {
namespace {

using testing::ElementsAre;

TEST(Memorization, BeginsWhereTheLossStaysLowAndNearItsEnd) {
  // Sample 0 is low from row 1; 1 spikes in row 2; 2 is low but moves; 3 never gets low.
  const StepRows losses{{3, 0.1, 0.4, 3},
                        {0.2, 0.1, 0.35, 3},
                        {0.2, 0.9, 0.3, 3},
                        {0.22, 0.1, 0.25, 3},
                        {0.2, 0.1, 0.2, 3}};
  EXPECT_THAT(memorization_times(losses, 0.5, 0.05), ElementsAre(1, 3, 3, -1));
  EXPECT_THAT(memorization_times(losses, 0.21, 0.05), ElementsAre(4, 3, 4, -1));
  EXPECT_THAT(memorization_times({}, 0.5, 0.05), ElementsAre());
}

TEST(Memorization, EpsIsTheLeastThatMemorizesTheShareBeforeTheEnd) {
  const StepRows losses{{9, 9, 9, 9}, {0.3, 1.0, 0.5, 0.1}, {0.31, 1.0, 0.52, 0.9}};
  EXPECT_DOUBLE_EQ(memorization_eps(losses, 0.25, 0.05), 0.31);
  EXPECT_DOUBLE_EQ(memorization_eps(losses, 0.5, 0.05), 0.52);
  EXPECT_TRUE(std::isinf(memorization_eps(losses, 1, 0.05))) << "the last sample still moves";
  const auto times = memorization_times(losses, 0.52, 0.05);
  EXPECT_THAT(times, ElementsAre(1, -1, 1, -1));
}

TEST(Memorization, RefusesRowsOfDifferentSamples) {
  EXPECT_THROW(memorization_times({{1, 2}, {1}}, 1, 1), Error);
}

std::vector<GrokkingState> states_of(const std::vector<double>& memorized,
                                     const std::vector<double>& distance) {
  GrokkingSignals signals{memorized, distance, std::vector<double>(distance.size(), 0.5)};
  return grokking_states(signals,
                         {.memorized_share = 0.95, .window = 3, .fall = 0.04, .slope = 0.01});
}

TEST(GrokkingMonitor, GoesFromLearningToMemorizedToGeneralizingToPlateau) {
  using enum GrokkingState;
  // Levels over three from step 2 on: .9 .9 .9 .883 .85 .8 .767 .75
  EXPECT_THAT(states_of({0, 0.5, 1, 1, 1, 1, 1, 1, 1, 1},
                        {0.2, 0.6, 0.9, 0.9, 0.9, 0.85, 0.8, 0.75, 0.75, 0.75}),
              ElementsAre(kLearning, kLearning, kMemorized, kMemorized, kMemorized, kMemorized,
                          kGeneralizing, kGeneralizing, kGeneralizing, kPlateau));
}

TEST(GrokkingMonitor, AModelThatOnlyMemorizesStaysMemorized) {
  using enum GrokkingState;
  const auto states = states_of({0.2, 1, 1, 1, 1, 1}, {0.2, 0.9, 0.93, 0.88, 0.91, 0.88});
  EXPECT_THAT(states,
              ElementsAre(kLearning, kMemorized, kMemorized, kMemorized, kMemorized, kMemorized));
}

TEST(GrokkingMonitor, ALateSpikeDoesNotCountAndKeepsTheState) {
  using enum GrokkingState;
  EXPECT_THAT(
      states_of({0.1, 1, 1, 0.6, 1, 1}, {0.9, 0.5, 0.45, 0.1, 0.4, 0.4}),
      ElementsAre(kLearning, kMemorized, kMemorized, kMemorized, kGeneralizing, kGeneralizing));
}

TEST(GrokkingMonitor, FollowsTheComplexityToo) {
  const GrokkingSignals signals{{1, 1}, {NAN, NAN}, {0.9, 0.7}};
  EXPECT_EQ(grokking_states(signals, {}).back(), GrokkingState::kGeneralizing);
  EXPECT_STREQ(grokking_state_name(GrokkingState::kGeneralizing), "generalizing");
}

const std::vector<double> kAccuracy{0.57, 0.69, 0.97, 1.0, 0.69, 0.83, 0.91};
const std::vector<double> kRatio{0.90, 0.81, 0.66, 0.64, 0.81, 0.70, 0.72};
const std::vector<double> kOther{0.10, 0.30, 0.20, 0.20, 0.50, 0.10, 0.40};

TEST(Correlation, AgreesWithScipy) {
  const Correlation strong = pearson(kAccuracy, kRatio), none = pearson(kAccuracy, kOther);
  EXPECT_EQ(strong.n, 7);
  EXPECT_NEAR(strong.r, -0.976250225185722, 1e-12);
  EXPECT_NEAR(strong.p, 0.0001648369244303754, 1e-12);
  EXPECT_NEAR(none.r, -0.03682170542635654, 1e-12);
  EXPECT_NEAR(none.p, 0.9375318998096503, 1e-10);
  EXPECT_EQ(strong.text(), "-0.976");
  const Correlation ranks = spearman(kAccuracy, kRatio), few = spearman(kAccuracy, kOther);
  EXPECT_NEAR(ranks.r, -0.9636363636363636, 1e-12);
  EXPECT_NEAR(ranks.p, 0.0004749073720765298, 1e-12);
  EXPECT_NEAR(few.r, 0.036698792170878694, 1e-12);
  EXPECT_NEAR(few.p, 0.9377401410189219, 1e-10);
  const std::vector<double> three(kAccuracy.begin(), kAccuracy.begin() + 3);
  EXPECT_NEAR(pearson(three, {0.1, 0.3, 0.2}).p, 0.8111545771424755, 1e-10);
  EXPECT_NEAR(spearman(three, {0.1, 0.3, 0.2}).p, 0.6666666666666667, 1e-10);
}

TEST(Correlation, OfTwoPointsOrAConstantIsNoNumber) {
  EXPECT_EQ(pearson({1, 2, NAN}, {2, 3, 4}).text(), "not enough points (2)");
  EXPECT_TRUE(std::isnan(pearson({1, 2}, {2, 3}).r));
  EXPECT_EQ(pearson({1, 1, 1}, {2, 3, 4}).text(), "constant");
  EXPECT_EQ(pearson({1, 2, 3}, {2, 4, 6}).p, 0);
  EXPECT_THROW(pearson({1}, {1, 2}), Error);
}

}  // namespace
}  // namespace warmstart
