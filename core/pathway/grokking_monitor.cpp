#include "core/pathway/grokking_monitor.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace warmstart {

const char* grokking_state_name(GrokkingState state) {
  constexpr const char* kNames[] = {"learning", "memorized", "generalizing", "plateau"};
  return kNames[static_cast<std::size_t>(state)];
}

double recent_slope(const std::vector<double>& values, std::size_t end, std::int64_t window) {
  const std::size_t begin = end - std::min(end, static_cast<std::size_t>(window));
  double count = 0, mean_x = 0, mean_y = 0;
  for (std::size_t i = begin; i < end; ++i) {
    if (std::isnan(values[i])) continue;
    ++count;
    mean_x += static_cast<double>(i);
    mean_y += values[i];
  }
  if (count < 2) return std::numeric_limits<double>::quiet_NaN();
  mean_x /= count, mean_y /= count;
  double product = 0, square = 0;
  for (std::size_t i = begin; i < end; ++i) {
    if (std::isnan(values[i])) continue;
    const double x = static_cast<double>(i) - mean_x;
    product += x * (values[i] - mean_y);
    square += x * x;
  }
  return product / square;
}

std::vector<GrokkingState> grokking_states(const GrokkingSignals& signals,
                                           const GrokkingMonitor& monitor) {
  std::vector<GrokkingState> states;
  bool changed = false;  // pathways fell at some time since the set was memorized
  std::size_t first = 0, count = 0;
  for (std::size_t i = 0; i < signals.memorized.size(); ++i) {
    // A late spike of the loss does not unlearn what the pathways have become.
    if (!(signals.memorized[i] >= monitor.memorized_share)) {
      states.push_back(changed ? states.back() : GrokkingState::kLearning);
      continue;
    }
    if (count++ == 0) first = i;
    const auto window = std::min(monitor.window, static_cast<std::int64_t>(i - first) + 1);
    const double distance = recent_slope(signals.distance, i + 1, window);
    const double complexity = recent_slope(signals.complexity, i + 1, window);
    const bool falls = distance <= -monitor.slope || complexity <= -monitor.slope;
    changed = changed || falls;
    states.push_back(falls     ? GrokkingState::kGeneralizing
                     : changed ? GrokkingState::kPlateau
                               : GrokkingState::kMemorized);
  }
  return states;
}

}  // namespace warmstart
