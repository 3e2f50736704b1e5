// Falls as one over the root of the step.
#include <cmath>

#include "core/optim/optimizer.h"
#include "core/optim/warmup.h"

namespace warmstart {
namespace {

struct InverseSqrtSchedule final : Schedule {
  struct Config {
    Warmup warmup;
    std::int64_t reference = 1000;

    void describe(Fields& fields) {
      warmup.describe(fields);
      fields
          .field("reference", reference,
                 "step after the warm-up from which the factor falls when warmup is 0")
          .at_least(1)
          .unit("steps");
    }
  };
  explicit InverseSqrtSchedule(const Config& config) : config_(config) {}
  double factor(std::int64_t step, std::int64_t) const override {
    if (config_.warmup.covers(step)) return config_.warmup.factor(step);
    // With a warm-up w the factor is sqrt(w / t), continuous at t = w (Vaswani et al. 2017).
    const auto from =
        static_cast<double>(config_.warmup.steps > 0 ? config_.warmup.steps : config_.reference);
    return std::min(1.0, std::sqrt(from / static_cast<double>(step + 1)));
  }
  Config config_;
};

const Registered<Schedule, InverseSqrtSchedule> inverse_sqrt_schedule{{
    .name = "inverse_sqrt",
    .summary = "falls as one over the root of the step",
    .needs = {},
    .yields = {},
    .papers = {},
}};

}  // namespace
}  // namespace warmstart
