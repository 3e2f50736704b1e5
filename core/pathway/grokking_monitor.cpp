#include "core/pathway/grokking_monitor.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/claim/statistics.h"

namespace warmstart {

const char* grokking_state_name(GrokkingState state) {
  constexpr const char* kNames[] = {"learning", "memorized", "generalizing", "plateau"};
  return kNames[static_cast<std::size_t>(state)];
}

double recent_slope(const std::vector<double>& values, std::int64_t window) {
  const std::size_t end = values.size();
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

namespace {

/// One signal at the steps at which the samples are memorized.
class MonitoredSignal {
 public:
  explicit MonitoredSignal(const GrokkingMonitor& monitor) : monitor_(monitor) {}

  void add(double value) {
    values_.push_back(value);
    const auto first =
        values_.end() - std::min<std::ptrdiff_t>(monitor_.window, std::ssize(values_));
    DefinedMean level;
    for (auto each = first; each != values_.end(); ++each) level.add(*each);
    level_ = level.value();
    highest_ = std::fmax(highest_, level_);
  }
  bool has_fallen() const { return highest_ - level_ >= monitor_.fall; }
  bool falls() const { return recent_slope(values_, monitor_.window) <= -monitor_.slope; }

 private:
  const GrokkingMonitor& monitor_;
  std::vector<double> values_;
  double level_ = std::numeric_limits<double>::quiet_NaN();
  double highest_ = std::numeric_limits<double>::quiet_NaN();
};

}  // namespace

std::vector<GrokkingState> grokking_states(const GrokkingSignals& observed,
                                           const GrokkingMonitor& monitor) {
  std::vector<GrokkingState> states;
  MonitoredSignal distance(monitor), complexity(monitor);
  bool changed = false;
  for (std::size_t i = 0; i < observed.memorized.size(); ++i) {
    if (!(observed.memorized[i] >= monitor.memorized_share)) {
      states.push_back(states.empty() ? GrokkingState::kLearning : states.back());
      continue;
    }
    distance.add(observed.distance[i]);
    complexity.add(observed.complexity[i]);
    changed = changed || distance.has_fallen() || complexity.has_fallen();
    const bool falls = distance.falls() || complexity.falls();
    states.push_back(!changed ? GrokkingState::kMemorized
                     : falls  ? GrokkingState::kGeneralizing
                              : GrokkingState::kPlateau);
  }
  return states;
}

}  // namespace warmstart
