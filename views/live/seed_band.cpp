#include "views/live/seed_band.h"

#include <cmath>
#include <optional>

namespace warmstart::live {
namespace {

std::optional<double> valueAt(const BandSource& source, double x) {
  if (source.count == 0 || x < source.x(0) || x > source.x(source.count - 1)) return {};
  std::size_t low = 0, high = source.count - 1;  // x(low) <= x <= x(high)
  while (high - low > 1) {
    const std::size_t middle = low + (high - low) / 2;
    (source.x(middle) <= x ? low : high) = middle;
  }
  const double begin = source.x(low), end = source.x(high);
  const double share = end > begin ? (x - begin) / (end - begin) : 0;
  const double from = (*source.values)[low], to = (*source.values)[high];
  const double value = share == 0 ? from : share == 1 ? to : from + share * (to - from);
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace

std::vector<BandPoint> seedBand(const std::vector<BandSource>& sources, const Window& window) {
  std::vector<BandPoint> points;
  const double width = (window.high - window.low) / window.columns;
  std::vector<double> values;
  for (int column = 0; column < window.columns; ++column) {
    const double x = window.low + width * (column + 0.5);
    values.clear();
    double sum = 0;
    for (const BandSource& source : sources) {
      if (const std::optional<double> value = valueAt(source, x)) {
        values.push_back(*value);
        sum += *value;
      }
    }
    if (values.empty()) continue;
    const auto count = static_cast<double>(values.size());
    const double mean = sum / count;
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    const double deviation = values.size() > 1 ? std::sqrt(squares / (count - 1)) : 0;
    points.push_back({x, mean, deviation, values.size()});
  }
  return points;
}

}  // namespace warmstart::live
