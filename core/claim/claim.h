// Does a paper's finding show in what was measured? Pure functions from the measures of runs to a
// verdict with its numbers; callers: `warmstart check`, the claims view. Undefined values (NaN) are
// left out in pairs, counted and said.
//
// Signs: the difference is mean(better) - mean(than) and must be at least `by`, so `better` names
// the larger value; for a distance, where less is good, the arm that should be larger (worse)
// stands under `better`. A side may be a number, and `than` may have a factor. The p value is
// one-sided, for better > than; with a negative `by` (not worse by more than that) for better >
// than + by.
#pragma once
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/recipe/recipe.h"

namespace warmstart {

/// One number about one sample of a data entry; NaN = undefined.
struct ClaimCase {
  std::string data, sample, metric, part;
  double value = std::numeric_limits<double>::quiet_NaN();
};

/// What one run (arm, seed) measured.
struct ClaimRun {
  std::string arm;
  std::int64_t seed = 0;
  std::map<std::string, double> values;  ///< "test.dice", "test.dice.anterior"
  std::vector<ClaimCase> cases;
};

/// From a run's measure events ({"on", "metrics": {name: value}, "cases": [{sample, metric, part,
/// value}]}, null = undefined), in order: a later measure of the same data and metric takes the
/// place of an earlier one.
ClaimRun claim_run(const std::string& arm, std::int64_t seed, const std::vector<Json>& measures);

/// One side over the seeds.
struct ClaimSide {
  std::string
      reference;  ///< "multistage.test.dice", "3 x groks.train.grokking.memorized_at", "0.95"
  double mean = std::numeric_limits<double>::quiet_NaN();
  double deviation = std::numeric_limits<double>::quiet_NaN();  ///< between seeds; NaN for one seed
  std::int64_t seeds = 0;                                       ///< with a defined value
  std::int64_t undefined = 0;                                   ///< runs without one
};

struct ClaimResult {
  bool holds = false;
  bool as_expected = false;  ///< the claim's `state` says what came out
  ClaimSide better, than;
  double difference = std::numeric_limits<double>::quiet_NaN();
  /// Over the seeds that both sides have; NaN when a side is undefined in one.
  double smallest = std::numeric_limits<double>::quiet_NaN();
  bool every_seed = false;  ///< the smallest counts, not the difference of the means
  double by = 0, confidence = 0;
  double p = std::numeric_limits<double>::quiet_NaN();  ///< NaN when there are no pairs
  std::string pairs;  ///< "cases" (each averaged over the seeds) or "seeds": what the test paired
  bool exact = true;  ///< p counts all sign patterns
  std::int64_t n_seeds = 0;  ///< seeds that both sides have
  std::int64_t n_cases =
      0;  ///< cases that both sides have with defined values; 0 when seeds were paired
  std::int64_t left_out = 0;  ///< pairs left out because a side was undefined or missing
  std::string text;           ///< the claim in words
  std::string sentence;       ///< the verdict with its numbers
  Json to_json() const;
};

ClaimResult check_claim(const ClaimSpec& claim, const std::vector<ClaimRun>& runs);
std::vector<ClaimResult> check_claims(const std::vector<ClaimSpec>& claims,
                                      const std::vector<ClaimRun>& runs);

/// The verdict with its numbers, as check_claim stores it.
std::string claim_sentence(const ClaimResult& result);
/// Lines with aligned columns, then one sentence a claim.
std::string claims_table(const std::vector<ClaimResult>& results);

}  // namespace warmstart
