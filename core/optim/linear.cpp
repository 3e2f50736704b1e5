// 1 to the final factor on a straight line.
#include "core/optim/optimizer.h"
#include "core/optim/warmup.h"

namespace warmstart {
namespace {

struct LinearSchedule final : Schedule {
  struct Config {
    Warmup warmup;
    double final_factor = 0;

    void describe(Fields& fields) {
      warmup.describe(fields);
      fields.field("final_factor", final_factor, "factor at the end").within(0, 1);
    }
  };
  explicit LinearSchedule(const Config& config) : config_(config) {}
  double factor(std::int64_t step, std::int64_t total) const override {
    if (config_.warmup.covers(step)) return config_.warmup.factor(step);
    return 1.0 + (config_.final_factor - 1.0) * config_.warmup.progress(step, total);
  }
  Config config_;
};

const Registered<Schedule, LinearSchedule> linear_schedule{{
    .name = "linear",
    .summary = "falls on a straight line to the final factor",
    .needs = {},
    .yields = {},
    .papers = {},
}};

}  // namespace
}  // namespace warmstart
