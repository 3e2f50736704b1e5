// 1 to the final factor along half a cosine (Loshchilov and Hutter 2017).
#include <cmath>
#include <numbers>

#include "core/optim/optimizer.h"
#include "core/optim/warmup.h"

namespace warmstart {
namespace {

struct CosineSchedule final : Schedule {
  struct Config {
    Warmup warmup;
    double final_factor = 0;

    void describe(Fields& fields) {
      warmup.describe(fields);
      fields.field("final_factor", final_factor, "factor at the end").within(0, 1);
    }
  };
  explicit CosineSchedule(const Config& config) : config_(config) {}
  double factor(std::int64_t step, std::int64_t total) const override {
    if (config_.warmup.covers(step)) return config_.warmup.factor(step);
    const double cosine =
        0.5 * (1.0 + std::cos(std::numbers::pi * config_.warmup.progress(step, total)));
    return config_.final_factor + (1.0 - config_.final_factor) * cosine;
  }
  Config config_;
};

const Registered<Schedule, CosineSchedule> cosine_schedule{{
    .name = "cosine",
    .summary = "falls along half a cosine to the final factor",
    .needs = {},
    .yields = {},
    .papers = {},
}};

}  // namespace
}  // namespace warmstart
