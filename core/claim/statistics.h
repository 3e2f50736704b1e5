// Tests and spreads for comparing arms. Pure functions of their numbers; Monte-Carlo ones also of a
// seed. Callers: claim checks, run comparison. Checked against SciPy by
// tests/reference/statistics.py.
#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace warmstart {

/// Mean of the defined values among those added; NaN when there were none.
class DefinedMean {
 public:
  void add(double value) {
    if (std::isnan(value)) return;
    sum_ += value;
    ++count_;
  }
  std::int64_t count() const { return count_; }
  double value() const {
    return count_ == 0 ? std::numeric_limits<double>::quiet_NaN()
                       : sum_ / static_cast<double>(count_);
  }

 private:
  double sum_ = 0;
  std::int64_t count_ = 0;
};

/// Mean; NaN for no values.
double mean(const std::vector<double>& values);
/// Sample standard deviation (n - 1); NaN below two values.
double standard_deviation(const std::vector<double>& values);
/// Standard error of the mean.
double standard_error(const std::vector<double>& values);

/// Ranks from 1 into `ranks` (of the same length), ties share their mean rank; returns the sum of
/// t^3 - t over the groups of t ties.
double rank_values(const std::vector<double>& row, std::vector<double>& ranks);

enum class Tail { kGreater, kTwoSided };

struct PermutationResult {
  double p = 1;
  bool exact = true;          ///< all sign patterns were counted
  std::int64_t patterns = 0;  ///< how many were
};

/// Paired permutation (sign-flip) test of mean(differences) > 0 (kGreater) or != 0. Up to 20
/// differences all 2^n sign patterns are counted, the observed one among them; above, `count`
/// random ones from `seed`, with p = (hits + 1) / (count + 1) (Phipson and Smyth, 2010). No
/// differences: p = 1.
PermutationResult paired_permutation_test(const std::vector<double>& differences, Tail tail,
                                          std::uint64_t seed = 0, std::int64_t count = 100000);

struct FriedmanResult {
  double statistic = 0;  ///< chi-square, corrected for ties
  double p = 1;
  std::int64_t degrees = 0;
};
/// Friedman's test that `k` treatments rank alike over `n` blocks: `treatments[j][i]` is treatment
/// j in block i. Needs at least 3 treatments of equal length >= 1 (Error). All tied: statistic NaN,
/// p = 1.
FriedmanResult friedman_test(const std::vector<std::vector<double>>& treatments);

/// Upper tail of the chi-square distribution; `degrees` >= 1.
double chi_square_tail(double statistic, double degrees);

/// Benjamini-Hochberg adjusted p values, in the order given. NaN stays NaN and does not count.
std::vector<double> benjamini_hochberg(const std::vector<double>& p_values);

struct Interval {
  double low = 0, high = 0;
};
/// Percentile bootstrap interval of the mean, linear interpolation between order statistics (as
/// numpy.quantile).
Interval bootstrap_mean_interval(const std::vector<double>& values, double confidence,
                                 std::uint64_t seed = 0, std::int64_t count = 10000);

}  // namespace warmstart
