#include "core/claim/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"

// Expected numbers: tests/reference/statistics.py (SciPy).
namespace warmstart {
namespace {

const std::vector<double> kDifferences = {0.03, -0.01, 0.05, 0.02, 0.04, -0.02, 0.01, 0.06};
const std::vector<double> kArmA = {0.80, 0.82, 0.75, 0.90, 0.66, 0.71};
const std::vector<double> kArmB = {0.81, 0.82, 0.79, 0.93, 0.70, 0.70};
const std::vector<double> kArmC = {0.85, 0.84, 0.79, 0.91, 0.75, 0.77};
const std::vector<double> kArmD = {0.79, 0.82, 0.70, 0.90, 0.66, 0.72};

TEST(Statistics, SignFlipsOfFewPairsAreExact) {
  const PermutationResult greater = paired_permutation_test(kDifferences, Tail::kGreater);
  EXPECT_TRUE(greater.exact);
  EXPECT_EQ(greater.patterns, 256);
  EXPECT_DOUBLE_EQ(greater.p, 0.04296875);
  EXPECT_DOUBLE_EQ(paired_permutation_test(kDifferences, Tail::kTwoSided).p, 0.0859375);
}

TEST(Statistics, SignFlipsOfManyPairsAreSampledFromTheSeed) {
  std::vector<double> values;
  for (int i = 0; i < 60; ++i) values.push_back(std::sin(i * 1.7) + 0.15);
  const PermutationResult result = paired_permutation_test(values, Tail::kGreater, 5, 100000);
  EXPECT_FALSE(result.exact);
  EXPECT_NEAR(result.p, 0.0541, 0.003);
  EXPECT_EQ(paired_permutation_test(values, Tail::kGreater, 5, 20000).p,
            paired_permutation_test(values, Tail::kGreater, 5, 20000).p);
  EXPECT_NE(paired_permutation_test(values, Tail::kGreater, 5, 20000).p,
            paired_permutation_test(values, Tail::kGreater, 6, 20000).p);
}

TEST(Statistics, SignFlipsOfEqualOrNoPairsShowNothing) {
  EXPECT_EQ(paired_permutation_test({}, Tail::kGreater).p, 1);
  EXPECT_EQ(paired_permutation_test({0, 0, 0}, Tail::kGreater).p, 1);
  EXPECT_EQ(paired_permutation_test({1}, Tail::kGreater).p, 0.5);
  EXPECT_EQ(paired_permutation_test({1, 1, 1}, Tail::kGreater).p, 0.125);
  EXPECT_EQ(paired_permutation_test({-1, -1, -1}, Tail::kGreater).p, 1);
}

TEST(Statistics, ExactCountsTheObservedPatternDespiteRounding) {
  // 0.1 + 0.2 + 0.3 differs from 0.3 + 0.2 + 0.1 in the last bit.
  EXPECT_EQ(paired_permutation_test({0.3, 0.2, 0.1}, Tail::kGreater).p, 0.125);
  EXPECT_EQ(paired_permutation_test(std::vector<double>(20, 0.1), Tail::kGreater).p,
            std::ldexp(1.0, -20));
}

TEST(Statistics, FriedmanMatchesScipyWithTies) {
  const FriedmanResult three = friedman_test({kArmA, kArmB, kArmC});
  EXPECT_NEAR(three.statistic, 7.363636363636364, 1e-12);
  EXPECT_NEAR(three.p, 0.025177156546593128, 1e-12);
  EXPECT_EQ(three.degrees, 2);
  const FriedmanResult four = friedman_test({kArmA, kArmB, kArmC, kArmD});
  EXPECT_NEAR(four.statistic, 11.26415094339623, 1e-12);
  EXPECT_NEAR(four.p, 0.010379992935518343, 1e-12);
}

TEST(Statistics, FriedmanRefusesTwoArmsAndSaysNothingOfTies) {
  EXPECT_THROW(friedman_test({kArmA, kArmB}), Error);
  EXPECT_THROW(friedman_test({kArmA, kArmB, {1, 2}}), Error);
  const FriedmanResult tied = friedman_test({{1, 1}, {1, 1}, {1, 1}});
  EXPECT_TRUE(std::isnan(tied.statistic));
  EXPECT_EQ(tied.p, 1);
}

TEST(Statistics, ChiSquareTailMatchesScipy) {
  const double table[][3] = {{0.1, 1, 0.7518296340458492},      {3.84, 1, 0.05004352124870519},
                             {5.99, 2, 0.05003662708658629},    {1.0, 5, 0.9625657732472964},
                             {30.0, 5, 1.4748581038443073e-05}, {200.0, 4, 3.75727673578106e-42},
                             {12.0, 12, 0.44567964136461097},   {1e-8, 3, 0.999999999999734}};
  for (const auto& row : table) {
    EXPECT_NEAR(chi_square_tail(row[0], row[1]) / row[2], 1, 1e-11) << row[0] << " " << row[1];
  }
  EXPECT_EQ(chi_square_tail(0, 3), 1);
}

TEST(Statistics, BenjaminiHochbergAdjustsInTheGivenOrder) {
  const std::vector<double> expected = {0.035,  0.056, 0.0525, 0.035, 0.5833333333333334,
                                        0.0525, 0.9};
  const std::vector<double> adjusted =
      benjamini_hochberg({0.01, 0.04, 0.03, 0.005, 0.5, 0.03, 0.9});
  ASSERT_EQ(adjusted.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(adjusted[i], expected[i], 1e-15);
  const std::vector<double> with_gap = benjamini_hochberg({0.01, std::nan(""), 0.02});
  EXPECT_DOUBLE_EQ(with_gap[0], 0.02);
  EXPECT_TRUE(std::isnan(with_gap[1]));
  EXPECT_TRUE(benjamini_hochberg({}).empty());
}

TEST(Statistics, SpreadsMatchNumpy) {
  EXPECT_NEAR(standard_deviation(kArmA), 0.08524474568362948, 1e-15);
  EXPECT_NEAR(standard_error(kArmA), 0.034801021696368506, 1e-15);
  EXPECT_TRUE(std::isnan(mean({})));
  EXPECT_TRUE(std::isnan(standard_deviation({1})));
}

TEST(Statistics, BootstrapIntervalMatchesScipy) {
  const std::vector<double> sample = {0.61, 0.72, 0.68, 0.80, 0.75, 0.66, 0.70, 0.77, 0.59, 0.83};
  const Interval interval = bootstrap_mean_interval(sample, 0.9, 1, 20000);
  EXPECT_NEAR(interval.low, 0.672, 0.003);
  EXPECT_NEAR(interval.high, 0.750, 0.003);
  EXPECT_EQ(interval.low, bootstrap_mean_interval(sample, 0.9, 1, 20000).low);
  EXPECT_TRUE(std::isnan(bootstrap_mean_interval({}, 0.9).low));
}

}  // namespace
}  // namespace warmstart
