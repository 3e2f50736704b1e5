// Linear warm-up, shared by the schedules: the factor climbs from 1/warmup to 1 over the first
// `warmup` steps, then the schedule's own curve begins.
#pragma once
#include <algorithm>
#include <cstdint>

#include "core/catalog/fields.h"

namespace warmstart {

struct Warmup {
  std::int64_t steps = 0;

  void describe(Fields& fields) {
    fields.field("warmup", steps, "steps over which the learning rate climbs linearly")
        .at_least(0)
        .unit("steps");
  }

  bool covers(std::int64_t step) const { return step < steps; }
  double factor(std::int64_t step) const {
    return static_cast<double>(step + 1) / static_cast<double>(steps);
  }
  /// How far the schedule's own curve has come, 0 at its first step; the last step of `total` is
  /// still below 1.
  double progress(std::int64_t step, std::int64_t total) const {
    const auto length = static_cast<double>(std::max<std::int64_t>(1, total - steps));
    return std::clamp(static_cast<double>(step - steps) / length, 0.0, 1.0);
  }
};

}  // namespace warmstart
