#include "core/claim/claim.h"

#include <gtest/gtest.h>

#include <cmath>

namespace warmstart {
namespace {

const double kNone = std::nan("");

// A run whose "test" cases have these values of dice (part "a"), with their mean.
ClaimRun claim_fake_run(const std::string& arm, std::int64_t seed,
                        const std::vector<double>& cases) {
  ClaimRun run{arm, seed, {}, {}};
  double sum = 0;
  int defined = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    run.cases.push_back({"test", "case " + std::to_string(i), "dice", "a", cases[i]});
    if (std::isnan(cases[i])) continue;
    sum += cases[i];
    ++defined;
  }
  run.values["test.dice"] = run.values["test.dice.a"] = defined > 0 ? sum / defined : kNone;
  return run;
}

ClaimSpec claim_spec(double by, double confidence = 0) {
  ClaimSpec claim;
  claim.better = "warm.test.dice";
  claim.than = "scratch.test.dice";
  claim.by = by;
  claim.confidence = confidence;
  return claim;
}

const std::vector<ClaimRun> kRuns = {claim_fake_run("warm", 0, {0.8, 0.9, 0.7, 0.85}),
                                     claim_fake_run("warm", 1, {0.82, 0.88, 0.74, 0.85}),
                                     claim_fake_run("scratch", 0, {0.7, 0.8, 0.6, 0.75}),
                                     claim_fake_run("scratch", 1, {0.76, 0.78, 0.6, 0.73})};

TEST(Claim, HoldsWhenTheMeansDifferByTheMargin) {
  const ClaimResult result = check_claim(claim_spec(0.01), kRuns);
  EXPECT_TRUE(result.holds);
  EXPECT_TRUE(result.as_expected);
  EXPECT_NEAR(result.better.mean, 0.8175, 1e-12);
  EXPECT_NEAR(result.better.deviation, 0.0070710678, 1e-9);
  EXPECT_NEAR(result.difference, 0.1025, 1e-12);
  EXPECT_FALSE(check_claim(claim_spec(0.11), kRuns).holds);
  EXPECT_TRUE(check_claim(claim_spec(0.1025), kRuns).holds);
}

TEST(Claim, PairsCasesAveragedOverSeeds) {
  // All four differences are positive: 1 of 16 sign patterns is as extreme.
  const ClaimResult result = check_claim(claim_spec(0.01, 0.9), kRuns);
  EXPECT_EQ(result.pairs, "cases");
  EXPECT_EQ(result.n_cases, 4);
  EXPECT_EQ(result.n_seeds, 2);
  EXPECT_DOUBLE_EQ(result.p, 1.0 / 16);
  EXPECT_TRUE(result.holds);
  EXPECT_FALSE(check_claim(claim_spec(0.01, 0.95), kRuns).holds);
  EXPECT_EQ(
      result.sentence,
      "holds: warm.test.dice 0.8175 \u00b1 0.0071 against scratch.test.dice 0.7150 \u00b1 0.0035; "
      "difference 0.1025 >= 0.0100; p = 0.0625 <= 0.1000 (4 cases, 2 seeds)");
}

TEST(Claim, PairsSeedsWhereTheSidesShareNoCases) {
  std::vector<ClaimRun> runs = kRuns;
  for (ClaimRun& run : runs) {
    run.values["other.dice"] = run.values["test.dice"] - 0.3;
  }
  ClaimSpec claim = claim_spec(0.01, 0.5);
  claim.than = "scratch.other.dice";
  const ClaimResult result = check_claim(claim, runs);
  EXPECT_EQ(result.pairs, "seeds");
  EXPECT_EQ(result.n_cases, 0);
  EXPECT_DOUBLE_EQ(result.p, 0.25);
  EXPECT_TRUE(result.holds);
}

TEST(Claim, LeavesUndefinedCasesOutInPairsAndSaysSo) {
  const std::vector<ClaimRun> runs = {claim_fake_run("warm", 0, {0.8, 0.9, kNone, 0.7}),
                                      claim_fake_run("scratch", 0, {0.7, kNone, 0.5, 0.6})};
  const ClaimResult result = check_claim(claim_spec(0.01, 0.5), runs);
  EXPECT_EQ(result.n_cases, 2);
  EXPECT_EQ(result.left_out, 2);
  EXPECT_DOUBLE_EQ(result.p, 0.25);
  EXPECT_NE(result.sentence.find("2 cases left out of the test (undefined or missing on one side)"),
            std::string::npos)
      << result.sentence;
}

TEST(Claim, IsNotShownWithoutAnyValue) {
  const std::vector<ClaimRun> runs = {claim_fake_run("warm", 0, {0.8, 0.9}),
                                      claim_fake_run("scratch", 0, {kNone, kNone})};
  const ClaimResult result = check_claim(claim_spec(0.01), runs);
  EXPECT_FALSE(result.holds);
  EXPECT_TRUE(std::isnan(result.difference));
  EXPECT_EQ(result.sentence.substr(0, 62),
            "not shown: scratch.test.dice has no value in any run; scratch.");
  EXPECT_TRUE(result.to_json()["difference"].is_null());
  EXPECT_FALSE(check_claim(claim_spec(0.01, 0.9), {}).holds);
}

TEST(Claim, AnUndefinedSeedIsLeftOutOfItsSideAlone) {
  std::vector<ClaimRun> runs = kRuns;
  runs.push_back(claim_fake_run("scratch", 2, {kNone, kNone, kNone, kNone}));
  const ClaimResult result = check_claim(claim_spec(0.01), runs);
  EXPECT_EQ(result.than.seeds, 2);
  EXPECT_EQ(result.than.undefined, 1);
  EXPECT_NE(result.sentence.find("scratch.test.dice is undefined in 1 run"), std::string::npos);
}

TEST(Claim, ANegativeMarginTestsNotWorseByMore) {
  // scratch is worse than warm by 0.1: not within 0.05, but within 0.2.
  ClaimSpec claim = claim_spec(-0.05, 0.9);
  std::swap(claim.better, claim.than);
  EXPECT_FALSE(check_claim(claim, kRuns).holds);
  claim.by = -0.2;
  const ClaimResult result = check_claim(claim, kRuns);
  EXPECT_TRUE(result.holds);
  EXPECT_DOUBLE_EQ(result.p, 1.0 / 16);
}

TEST(Claim, AveragesPartsOfACaseOrTakesTheNamedOne) {
  std::vector<ClaimRun> runs = kRuns;
  for (ClaimRun& run : runs) {
    for (int i = 0; i < 4; ++i) {
      // Part b is reversed: warm is worse by 1.
      const double value = run.arm == "warm" ? 0 : 1;
      run.cases.push_back({"test", "case " + std::to_string(i), "dice", "b", value});
    }
    run.values["test.dice.b"] = run.arm == "warm" ? 0 : 1;
  }
  EXPECT_EQ(check_claim(claim_spec(0), runs).p, 1);
  ClaimSpec part = claim_spec(0.01, 0.9);
  part.better += ".a";
  part.than += ".a";
  EXPECT_DOUBLE_EQ(check_claim(part, runs).p, 1.0 / 16);
}

TEST(Claim, KnowsAPluginsMetricByItsFullName) {
  std::vector<ClaimRun> runs = kRuns;
  for (ClaimRun& run : runs) {
    for (ClaimCase& item : run.cases) item.metric = "medical.hd95";
    run.values = {{"test.medical.hd95", run.values["test.dice"]},
                  {"test.medical.hd95.a", run.values["test.dice"]}};
  }
  for (const char* what : {"medical.hd95", "medical.hd95.a"}) {
    ClaimSpec claim = claim_spec(0.01, 0.9);
    claim.better = std::string("warm.test.") + what;
    claim.than = std::string("scratch.test.") + what;
    const ClaimResult result = check_claim(claim, runs);
    EXPECT_EQ(result.n_cases, 4);
    EXPECT_TRUE(result.holds) << result.sentence;
  }
}

TEST(Claim, ReadsMeasureEventsAndKeepsTheLastOfAMetric) {
  const Json first = {
      {"on", "test"},
      {"metrics", {{"dice", 0.1}}},
      {"cases", {{{"sample", "x"}, {"metric", "dice"}, {"part", "a"}, {"value", 0.1}}}}};
  Json second = first;
  second["metrics"] = {{"dice", nullptr}};
  second["cases"][0]["value"] = nullptr;
  const ClaimRun run = claim_run("warm", 3, {first, second});
  EXPECT_EQ(run.seed, 3);
  ASSERT_EQ(run.cases.size(), 1u);
  EXPECT_TRUE(std::isnan(run.cases[0].value));
  EXPECT_TRUE(std::isnan(run.values.at("test.dice")));
}

TEST(Claim, SaysWhetherTheOutcomeWasExpected) {
  ClaimSpec claim = claim_spec(0.5);
  EXPECT_FALSE(check_claim(claim, kRuns).as_expected);
  claim.state = "not_shown";
  EXPECT_TRUE(check_claim(claim, kRuns).as_expected);
}

TEST(Claim, PrintsATableWithAlignedColumns) {
  ClaimSpec named = claim_spec(0.01, 0.9);
  named.text = "pretraining helps";
  const std::string table = claims_table(check_claims({claim_spec(0.2), named}, kRuns));
  EXPECT_EQ(
      table.substr(0, table.find("\n\n")),
      "claim                                               better             than  difference     "
      " by"
      "       p  cases  seeds  state\n"
      "warm.test.dice > scratch.test.dice by 0.2  0.8175 \u00b1 0.0071  0.7150 \u00b1 0.0035      "
      "0.1025"
      "  0.2000  0.0625      4      2  not shown\n"
      "pretraining helps                          0.8175 \u00b1 0.0071  0.7150 \u00b1 0.0035      "
      "0.1025"
      "  0.0100  0.0625      4      2  holds");
}

ClaimRun claim_fake_times(std::int64_t seed, double memorized, double generalized) {
  return {
      "groks", seed, {{"train.g.memorized", memorized}, {"train.g.generalized", generalized}}, {}};
}

ClaimSpec claim_times_spec(const std::string& better, const std::string& than) {
  ClaimSpec claim;
  claim.better = better;
  claim.than = than;
  return claim;
}

TEST(Claim, AFactorStandsOnTheSmallerSide) {
  ClaimSpec claim = claim_times_spec("groks.train.g.generalized", "groks.train.g.memorized");
  claim.times = 3;
  const std::vector<ClaimRun> runs{claim_fake_times(1, 100, 500), claim_fake_times(2, 100, 250)};
  const ClaimResult mean = check_claim(claim, runs);
  EXPECT_TRUE(mean.holds) << "375 against 300";
  EXPECT_EQ(mean.difference, 75);
  EXPECT_EQ(mean.than.reference, "3 x groks.train.g.memorized");
  EXPECT_EQ(mean.than.mean, 300);
  claim.every_seed = true;
  const ClaimResult each = check_claim(claim, runs);
  EXPECT_FALSE(each.holds) << "250 against 300 in seed 2";
  EXPECT_EQ(each.smallest, -50);
  EXPECT_NE(each.sentence.find("in each seed at least -50.00 < 0.00"), std::string::npos)
      << each.sentence;
}

TEST(Claim, ASideMayBeANumber) {
  const std::vector<ClaimRun> runs{claim_fake_times(1, 100, 500), claim_fake_times(2, 140, 250)};
  ClaimSpec claim = claim_times_spec("150", "groks.train.g.memorized");
  claim.every_seed = true;
  const ClaimResult result = check_claim(claim, runs);
  EXPECT_TRUE(result.holds);
  EXPECT_EQ(result.smallest, 10);
  EXPECT_EQ(result.n_seeds, 2);
  EXPECT_TRUE(std::isnan(result.better.deviation));
  EXPECT_FALSE(check_claim(claim_times_spec("groks.train.g.memorized", "130"), runs).holds);
}

TEST(Claim, AnUndefinedSeedDoesNotHoldInEverySeed) {
  ClaimSpec claim = claim_times_spec("groks.train.g.generalized", "0");
  claim.every_seed = true;
  EXPECT_FALSE(
      check_claim(claim, {claim_fake_times(1, 1, 500), claim_fake_times(2, 1, kNone)}).holds);
}

}  // namespace
}  // namespace warmstart
