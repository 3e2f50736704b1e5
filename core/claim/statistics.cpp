#include "core/claim/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/error.h"
#include "core/base/random.h"

namespace warmstart {
namespace {

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMostExact = 20;

// Sums that differ only by the order of addition must count as equal, or the observed pattern would
// not count itself.
double statistics_slack(const std::vector<double>& differences) {
  double scale = 0;
  for (const double difference : differences) scale += std::abs(difference);
  return scale * 1e-12;
}

struct SignFlips {
  double observed, slack;
  Tail tail;
  bool extreme(double sum) const {
    if (tail == Tail::kGreater) return sum >= observed - slack;
    return std::abs(sum) >= std::abs(observed) - slack;
  }
};

PermutationResult statistics_exact(const std::vector<double>& differences, const SignFlips& flips) {
  const std::uint64_t patterns = std::uint64_t{1} << differences.size();
  std::int64_t hits = 0;
  for (std::uint64_t pattern = 0; pattern < patterns; ++pattern) {
    double sum = 0;
    for (std::size_t i = 0; i < differences.size(); ++i) {
      sum += (pattern >> i) & 1 ? -differences[i] : differences[i];
    }
    hits += flips.extreme(sum);
  }
  return {static_cast<double>(hits) / static_cast<double>(patterns), true,
          static_cast<std::int64_t>(patterns)};
}

PermutationResult statistics_sampled(const std::vector<double>& differences, const SignFlips& flips,
                                     std::uint64_t seed, std::int64_t count) {
  Random random(mix_seed(seed, "permutation"));
  std::int64_t hits = 0;
  for (std::int64_t draw = 0; draw < count; ++draw) {
    double sum = 0;
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < differences.size(); ++i) {
      if (i % 64 == 0) bits = random.bits();
      sum += (bits >> (i % 64)) & 1 ? -differences[i] : differences[i];
    }
    hits += flips.extreme(sum);
  }
  return {static_cast<double>(hits + 1) / static_cast<double>(count + 1), false, count};
}

// Lower incomplete gamma P(a, x) by its series, for x < a + 1.
double statistics_gamma_series(double a, double x) {
  double term = 1 / a, sum = term;
  for (double n = a + 1; std::abs(term) > std::abs(sum) * 1e-16; ++n) {
    term *= x / n;
    sum += term;
  }
  return sum * std::exp(-x + a * std::log(x) - std::lgamma(a));
}

// Upper incomplete gamma Q(a, x) by its continued fraction (modified Lentz), for x >= a + 1.
double statistics_gamma_fraction(double a, double x) {
  constexpr double kTiny = 1e-300;
  double b = x + 1 - a, c = 1 / kTiny, d = 1 / b, h = d;
  for (int i = 1; i < 10000; ++i) {
    const double an = -i * (i - a);
    b += 2;
    d = an * d + b;
    c = b + an / c;
    if (std::abs(d) < kTiny) d = kTiny;
    if (std::abs(c) < kTiny) c = kTiny;
    d = 1 / d;
    h *= d * c;
    if (std::abs(d * c - 1) < 1e-16) break;
  }
  return h * std::exp(-x + a * std::log(x) - std::lgamma(a));
}

double statistics_quantile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

double mean(const std::vector<double>& values) {
  if (values.empty()) return kNotANumber;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double standard_deviation(const std::vector<double>& values) {
  if (values.size() < 2) return kNotANumber;
  const double centre = mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - centre) * (value - centre);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

double standard_error(const std::vector<double>& values) {
  return standard_deviation(values) / std::sqrt(static_cast<double>(values.size()));
}

double rank_values(const std::vector<double>& row, std::vector<double>& ranks) {
  std::vector<std::size_t> order(row.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return row[a] < row[b]; });
  double ties = 0;
  for (std::size_t start = 0; start < order.size();) {
    std::size_t end = start + 1;
    while (end < order.size() && row[order[end]] == row[order[start]]) ++end;
    const double rank = static_cast<double>(start + 1 + end) / 2;
    for (std::size_t i = start; i < end; ++i) ranks[order[i]] = rank;
    const auto size = static_cast<double>(end - start);
    ties += size * size * size - size;
    start = end;
  }
  return ties;
}

PermutationResult paired_permutation_test(const std::vector<double>& differences, Tail tail,
                                          std::uint64_t seed, std::int64_t count) {
  if (differences.empty()) return {};
  const double observed = std::accumulate(differences.begin(), differences.end(), 0.0);
  const SignFlips flips{observed, statistics_slack(differences), tail};
  return differences.size() <= kMostExact ? statistics_exact(differences, flips)
                                          : statistics_sampled(differences, flips, seed, count);
}

FriedmanResult friedman_test(const std::vector<std::vector<double>>& treatments) {
  const std::size_t k = treatments.size();
  const std::size_t n = k == 0 ? 0 : treatments[0].size();
  const bool equal = std::all_of(treatments.begin(), treatments.end(),
                                 [&](const auto& values) { return values.size() == n; });
  if (k < 3 || n == 0 || !equal) {
    throw Error("Friedman's test needs 3 or more treatments over the same blocks", "",
                "compare two arms with the permutation test");
  }
  std::vector<double> row(k), ranks(k), sums(k, 0.0);
  double ties = 0;
  for (std::size_t block = 0; block < n; ++block) {
    for (std::size_t j = 0; j < k; ++j) row[j] = treatments[j][block];
    ties += rank_values(row, ranks);
    for (std::size_t j = 0; j < k; ++j) sums[j] += ranks[j];
  }
  const auto blocks = static_cast<double>(n), arms = static_cast<double>(k);
  double squares = 0;
  for (const double sum : sums) squares += sum * sum;
  const double correction = 1 - ties / (blocks * arms * (arms * arms - 1));
  FriedmanResult result;
  result.degrees = static_cast<std::int64_t>(k) - 1;
  if (correction <= 0) {
    result.statistic = kNotANumber;
    return result;
  }
  result.statistic =
      (12 / (blocks * arms * (arms + 1)) * squares - 3 * blocks * (arms + 1)) / correction;
  result.p = chi_square_tail(result.statistic, static_cast<double>(result.degrees));
  return result;
}

double chi_square_tail(double statistic, double degrees) {
  if (!(statistic > 0)) return std::isnan(statistic) ? kNotANumber : 1;
  const double a = degrees / 2, x = statistic / 2;
  return x < a + 1 ? 1 - statistics_gamma_series(a, x) : statistics_gamma_fraction(a, x);
}

std::vector<double> benjamini_hochberg(const std::vector<double>& p_values) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    if (!std::isnan(p_values[i])) order.push_back(i);
  }
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> adjusted(p_values.size(), kNotANumber);
  double smallest = 1;
  for (std::size_t i = order.size(); i-- > 0;) {
    const double scaled =
        p_values[order[i]] * static_cast<double>(order.size()) / static_cast<double>(i + 1);
    smallest = std::min(smallest, scaled);
    adjusted[order[i]] = smallest;
  }
  return adjusted;
}

Interval bootstrap_mean_interval(const std::vector<double>& values, double confidence,
                                 std::uint64_t seed, std::int64_t count) {
  if (values.empty() || count < 1) return {kNotANumber, kNotANumber};
  Random random(mix_seed(seed, "bootstrap"));
  const auto last = static_cast<std::int64_t>(values.size()) - 1;
  std::vector<double> means(static_cast<std::size_t>(count));
  for (double& resampled : means) {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      sum += values[static_cast<std::size_t>(random.integer(0, last))];
    }
    resampled = sum / static_cast<double>(values.size());
  }
  std::sort(means.begin(), means.end());
  const double outside = (1 - confidence) / 2;
  return {statistics_quantile(means, outside), statistics_quantile(means, 1 - outside)};
}

}  // namespace warmstart
