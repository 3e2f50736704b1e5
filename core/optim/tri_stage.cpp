// Warm-up, a plateau, then an exponential fall: how wav2vec 2.0 is fine-tuned (Baevski et al. 2020,
// appendix B; seed card 39).
#include <cmath>

#include "core/optim/optimizer.h"

namespace warmstart {
namespace {

struct TriStageSchedule final : Schedule {
  struct Config {
    double warmup_share = 0.1, hold_share = 0.4, first = 0.01, last = 0.05;

    void describe(Fields& fields) {
      fields.field("warmup_share", warmup_share, "share of the steps over which the factor climbs")
          .within(0, 1);
      fields.field("hold_share", hold_share, "share of the steps at the full learning rate")
          .within(0, 1);
      fields.field("first", first, "factor at the first step").within(0, 1);
      fields.field("last", last, "factor at the end").above(0).within(0, 1);
    }
  };
  explicit TriStageSchedule(const Config& config) : config_(config) {
    if (config.warmup_share + config.hold_share <= 1) return;
    throw Error("warmup_share and hold_share sum to more than 1", "schedule tri_stage",
                "for example 0.1 and 0.4");
  }
  double factor(std::int64_t step, std::int64_t total) const override {
    const double place =
        static_cast<double>(step) / static_cast<double>(std::max<std::int64_t>(1, total));
    if (place < config_.warmup_share)
      return config_.first + (1 - config_.first) * place / config_.warmup_share;
    const double fall = config_.warmup_share + config_.hold_share;
    if (place < fall || fall >= 1) return 1;
    return std::pow(config_.last, (place - fall) / (1 - fall));
  }
  Config config_;
};

const Registered<Schedule, TriStageSchedule> tri_stage_schedule{{
    .name = "tri_stage",
    .summary = "climbs, stays, then falls exponentially, as wav2vec 2.0 is fine-tuned",
    .needs = {},
    .yields = {},
    .papers = {39},
}};

}  // namespace
}  // namespace warmstart
