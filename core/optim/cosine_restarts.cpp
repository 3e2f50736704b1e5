// Half a cosine from 1 to the minimum again and again, each period `factor` times as long as the
// one before (Loshchilov and Hutter 2017, equation 5; seed card 16).
#include <cmath>
#include <numbers>

#include "core/optim/optimizer.h"
#include "core/optim/warmup.h"

namespace warmstart {
namespace {

struct CosineRestarts final : Schedule {
  struct Config {
    Warmup warmup;
    std::int64_t first_period = 0, factor = 1;
    double minimum = 0;

    void describe(Fields& fields) {
      warmup.describe(fields);
      fields.field("first_period", first_period, "steps from the start to the first restart")
          .at_least(1)
          .unit("steps")
          .required();
      fields.field("factor", factor, "how many times as long each period is as the one before")
          .within(1, 100);
      fields.field("minimum", minimum, "factor on the learning rate that each period falls towards")
          .within(0, 1);
    }
  };
  explicit CosineRestarts(const Config& config) : config_(config) {}
  double factor(std::int64_t step, std::int64_t) const override {
    if (config_.warmup.covers(step)) return config_.warmup.factor(step);
    std::int64_t since = step - config_.warmup.steps, period = config_.first_period;
    if (config_.factor == 1) since %= period;
    while (since >= period) {
      since -= period;
      period *= config_.factor;
    }
    const double share = static_cast<double>(since) / static_cast<double>(period);
    return config_.minimum +
           (1.0 - config_.minimum) * 0.5 * (1.0 + std::cos(std::numbers::pi * share));
  }
  Config config_;
};

const Registered<Schedule, CosineRestarts> cosine_restarts_schedule{{
    .name = "cosine_restarts",
    .summary = "falls along half a cosine and starts again, in periods that may grow",
    .needs = {},
    .yields = {},
    .papers = {16},
}};

}  // namespace
}  // namespace warmstart
