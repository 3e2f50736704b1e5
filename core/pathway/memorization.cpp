#include "core/pathway/memorization.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"

namespace warmstart {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

std::size_t samples_of(const StepRows& rows) {
  if (rows.empty()) return 0;
  for (std::size_t t = 1; t < rows.size(); ++t) {
    if (rows[t].size() == rows[0].size()) continue;
    throw Error("row " + std::to_string(t) + " has " + std::to_string(rows[t].size()) +
                    " samples, the first one " + std::to_string(rows[0].size()),
                "memorization_time", "record the same samples at every step");
  }
  return rows[0].size();
}

}  // namespace

std::vector<std::int64_t> memorization_times(const StepRows& losses, double eps, double delta) {
  std::vector<std::int64_t> times(samples_of(losses), -1);
  for (std::size_t i = 0; i < times.size(); ++i) {
    const double last = losses.back()[i];
    for (std::size_t t = losses.size(); t-- > 0;) {
      if (!(losses[t][i] <= eps) || !(std::abs(losses[t][i] - last) <= delta)) break;
      times[i] = static_cast<std::int64_t>(t);
    }
  }
  return times;
}

double memorization_eps(const StepRows& losses, double share, double delta) {
  const std::size_t samples = samples_of(losses);
  if (losses.size() < 2 || samples == 0) return kInfinite;
  std::vector<double> needed;
  const std::vector<double>&last = losses.back(), &before = losses[losses.size() - 2];
  for (std::size_t i = 0; i < samples; ++i) {
    const bool settled = std::abs(before[i] - last[i]) <= delta;
    needed.push_back(settled ? std::max(before[i], last[i]) : kInfinite);
  }
  std::sort(needed.begin(), needed.end());
  const auto count = static_cast<std::size_t>(std::ceil(share * static_cast<double>(samples)));
  return needed[std::clamp<std::size_t>(count, 1, samples) - 1];
}

}  // namespace warmstart
