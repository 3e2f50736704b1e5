// How two series go together, with the number of points and the p value. Pure; callers: metrics
// over a run, the Pathway view. Checked against SciPy by tests/reference/pathways.py.
#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace warmstart {

struct Correlation {
  std::int64_t n = 0;  ///< pairs in which both are defined
  double r = std::numeric_limits<double>::quiet_NaN();
  double p = std::numeric_limits<double>::quiet_NaN();  ///< two-sided, r = 0
  /// "not enough points (2)" below three; "constant" where one side does not change; else "-0.947".
  std::string text() const;
};

/// Of the pairs in which both are finite; the t distribution with n - 2 degrees gives p. Error when
/// the series differ in length.
Correlation pearson(const std::vector<double>& x, const std::vector<double>& y);
/// Pearson's of the ranks, ties sharing their mean rank; p as scipy.stats.spearmanr's.
Correlation spearman(const std::vector<double>& x, const std::vector<double>& y);

}  // namespace warmstart
