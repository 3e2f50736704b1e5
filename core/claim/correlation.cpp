#include "core/claim/correlation.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/base/error.h"
#include "core/claim/statistics.h"

namespace warmstart {
namespace {

constexpr std::int64_t kFewestPoints = 3;

/// Continued fraction of the incomplete beta function (modified Lentz).
double beta_fraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  const auto not_zero = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double c = 1, d = 1 / not_zero(1 - (a + b) * x / (a + 1)), h = d;
  for (int i = 1; i < 1000; ++i) {
    const double m = i;
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / not_zero(1 + even * d);
    c = not_zero(1 + even / c);
    h *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / not_zero(1 + odd * d);
    c = not_zero(1 + odd / c);
    h *= d * c;
    if (std::abs(d * c - 1) < 1e-15) break;
  }
  return h;
}

double incomplete_beta(double a, double b, double x) {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                a * std::log(x) + b * std::log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
  return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

/// Two-sided p of a correlation of n points.
double correlation_p(double r, std::int64_t n) {
  const auto degrees = static_cast<double>(n - 2);
  return incomplete_beta(degrees / 2, 0.5, 1 - r * r);
}

struct Points {
  std::vector<double> x, y;
};

Points defined_points(const std::vector<double>& x, const std::vector<double>& y) {
  if (x.size() != y.size()) {
    throw Error(
        "series of " + std::to_string(x.size()) + " and " + std::to_string(y.size()) + " points",
        "correlation", "compare the same steps");
  }
  Points points;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) continue;
    points.x.push_back(x[i]);
    points.y.push_back(y[i]);
  }
  return points;
}

Correlation correlation_of(const Points& points) {
  Correlation result;
  result.n = static_cast<std::int64_t>(points.x.size());
  if (result.n < kFewestPoints) return result;
  const double mean_x = mean(points.x), mean_y = mean(points.y);
  double xy = 0, xx = 0, yy = 0;
  for (std::size_t i = 0; i < points.x.size(); ++i) {
    const double dx = points.x[i] - mean_x, dy = points.y[i] - mean_y;
    xy += dx * dy, xx += dx * dx, yy += dy * dy;
  }
  if (!(xx > 0) || !(yy > 0)) return result;
  result.r = std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0);
  result.p = correlation_p(result.r, result.n);
  return result;
}

}  // namespace

std::string Correlation::text() const {
  if (n < kFewestPoints) return "not enough points (" + std::to_string(n) + ")";
  if (std::isnan(r)) return "constant";
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.3f", r);
  return buffer;
}

Correlation pearson(const std::vector<double>& x, const std::vector<double>& y) {
  return correlation_of(defined_points(x, y));
}

Correlation spearman(const std::vector<double>& x, const std::vector<double>& y) {
  const Points points = defined_points(x, y);
  Points ranks{std::vector<double>(points.x.size()), std::vector<double>(points.y.size())};
  rank_values(points.x, ranks.x);
  rank_values(points.y, ranks.y);
  return correlation_of(ranks);
}

}  // namespace warmstart
