// Always the configured learning rate, after the warm-up.
#include "core/optim/optimizer.h"
#include "core/optim/warmup.h"

namespace warmstart {
namespace {

struct ConstantSchedule final : Schedule {
  struct Config {
    Warmup warmup;

    void describe(Fields& fields) { warmup.describe(fields); }
  };
  explicit ConstantSchedule(const Config& config) : config_(config) {}
  double factor(std::int64_t step, std::int64_t) const override {
    if (config_.warmup.covers(step)) return config_.warmup.factor(step);
    return 1.0;
  }
  Config config_;
};

const Registered<Schedule, ConstantSchedule> constant_schedule{{
    .name = "constant",
    .summary = "stays at the configured learning rate",
    .needs = {},
    .yields = {},
    .papers = {},
}};

}  // namespace
}  // namespace warmstart
