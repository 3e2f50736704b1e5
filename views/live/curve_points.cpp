#include "views/live/curve_points.h"

#include <algorithm>

namespace warmstart::live {
namespace {

/// The first place in [begin, end) whose x is not below `limit`.
std::size_t firstFrom(const std::function<double(std::size_t)>& x, std::size_t begin,
                      std::size_t end, double limit) {
  while (begin < end) {
    const std::size_t middle = begin + (end - begin) / 2;
    if (x(middle) < limit) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

}  // namespace

std::vector<Point> pointsInWindow(const Numbers& values, const Extremes& extremes,
                                  const std::function<double(std::size_t)>& x,
                                  const Window& window) {
  const std::size_t count = std::min(values.size(), extremes.size());
  std::size_t begin = firstFrom(x, 0, count, window.low);
  std::size_t end = firstFrom(x, begin, count, window.high);
  if (begin > 0) --begin;
  end = std::min(end + 1, count);
  std::vector<Point> points;
  const auto columns = static_cast<std::size_t>(std::max(window.columns, 1));
  if (end - begin <= 2 * columns) {
    for (std::size_t i = begin; i < end; ++i) points.push_back({x(i), values[i]});
    return points;
  }
  const double width = (window.high - window.low) / static_cast<double>(columns);
  points.push_back({x(begin), values[begin]});
  std::size_t from = begin + 1;
  for (std::size_t column = 0; column < columns && from < end - 1; ++column) {
    const double edge = window.low + width * static_cast<double>(column + 1);
    const std::size_t to = firstFrom(x, from, end - 1, edge);
    const Extreme peak = extremes.of(values, from, to);
    from = to;
    if (peak.empty()) continue;
    const auto [first, last] = std::minmax(peak.low_at, peak.high_at);
    points.push_back({x(first), values[first]});
    if (last != first) points.push_back({x(last), values[last]});
  }
  points.push_back({x(end - 1), values[end - 1]});
  return points;
}

}  // namespace warmstart::live
