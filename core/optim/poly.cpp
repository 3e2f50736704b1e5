// (1 - t/T)^power, as nnU-Net trains (seed card 01).
#include <cmath>

#include "core/optim/optimizer.h"
#include "core/optim/warmup.h"

namespace warmstart {
namespace {

struct PolySchedule final : Schedule {
  struct Config {
    Warmup warmup;
    double power = 0.9;

    void describe(Fields& fields) {
      warmup.describe(fields);
      fields.field("power", power, "exponent of the remaining share of steps").above(0);
    }
  };
  explicit PolySchedule(const Config& config) : config_(config) {}
  double factor(std::int64_t step, std::int64_t total) const override {
    if (config_.warmup.covers(step)) return config_.warmup.factor(step);
    return std::pow(1.0 - config_.warmup.progress(step, total), config_.power);
  }
  Config config_;
};

const Registered<Schedule, PolySchedule> poly_schedule{{
    .name = "poly",
    .summary = "falls as (1 - t/T) to a power, as nnU-Net",
    .needs = {},
    .yields = {},
    .papers = {},
}};

}  // namespace
}  // namespace warmstart
