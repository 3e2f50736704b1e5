#include <cmath>
#include <vector>

#include "core/optim/optimizer.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

TEST(Schedule, WarmsUpLinearlyWhateverComesAfter) {
  for (const char* name : {"constant", "linear", "cosine", "poly", "inverse_sqrt"}) {
    const auto schedule = make<Schedule>(name, "{warmup: 4}");
    EXPECT_DOUBLE_EQ(schedule->factor(0, 20), 0.25) << name;
    EXPECT_DOUBLE_EQ(schedule->factor(3, 20), 1.0) << name;
    EXPECT_LE(schedule->factor(4, 20), 1.0) << name;
  }
}

TEST(Schedule, StartsAtOneWithoutWarmup) {
  for (const char* name : {"constant", "linear", "cosine", "poly", "inverse_sqrt"}) {
    EXPECT_DOUBLE_EQ(make<Schedule>(name)->factor(0, 20), 1.0) << name;
  }
}

TEST(Schedule, FollowsItsFormula) {
  EXPECT_DOUBLE_EQ(make<Schedule>("constant")->factor(19, 20), 1.0);
  EXPECT_DOUBLE_EQ(make<Schedule>("linear")->factor(5, 20), 0.75);
  EXPECT_DOUBLE_EQ(make<Schedule>("linear", "{final_factor: 0.2}")->factor(10, 20), 0.6);
  EXPECT_NEAR(make<Schedule>("cosine")->factor(10, 20), 0.5, 1e-12);
  EXPECT_NEAR(make<Schedule>("cosine", "{final_factor: 0.1}")->factor(20, 20), 0.1, 1e-12);
  EXPECT_DOUBLE_EQ(make<Schedule>("poly")->factor(10, 20), std::pow(0.5, 0.9));
  EXPECT_DOUBLE_EQ(make<Schedule>("poly", "{warmup: 4, power: 2}")->factor(12, 20), 0.25);
  EXPECT_DOUBLE_EQ(make<Schedule>("inverse_sqrt", "{warmup: 4}")->factor(15, 20), 0.5);
  EXPECT_DOUBLE_EQ(make<Schedule>("inverse_sqrt", "{reference: 100}")->factor(399, 1000), 0.5);
}

TEST(Schedule, ClimbsHoldsAndFallsInThreeStages) {
  const auto schedule = make<Schedule>("tri_stage", "{first: 0.1, last: 0.01}");
  EXPECT_DOUBLE_EQ(schedule->factor(0, 100), 0.1);
  EXPECT_DOUBLE_EQ(schedule->factor(5, 100), 0.55);
  EXPECT_DOUBLE_EQ(schedule->factor(10, 100), 1.0);
  EXPECT_DOUBLE_EQ(schedule->factor(49, 100), 1.0);
  EXPECT_NEAR(schedule->factor(75, 100), 0.1, 1e-12);
  EXPECT_NEAR(schedule->factor(100, 100), 0.01, 1e-12);
  EXPECT_EQ(error_of([] {
              make<Schedule>("tri_stage", "{hold_share: 0.95}");
            }).find("warmup_share and hold_share"),
            0U);
}

void expect_factors(const Schedule& schedule, std::int64_t first,
                    const std::vector<double>& expected) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const std::int64_t step = first + static_cast<std::int64_t>(i);
    EXPECT_NEAR(schedule.factor(step, 16), expected[i], 1e-12) << step;
  }
}

// The numbers are the learning rates of steps 0 to 15 that PyTorch 1.13 gives, stepped once a step:
// torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(SGD(..., lr=1), T_0, T_mult, eta_min).
TEST(Schedule, RestartsTheCosineAsPyTorchDoes) {
  // T_0=4, T_mult=2, eta_min=0
  const std::vector<double> doubled{1.0,
                                    0.8535533905932737,
                                    0.5,
                                    0.14644660940672627,
                                    1.0,
                                    0.9619397662556434,
                                    0.8535533905932737,
                                    0.6913417161825449,
                                    0.5,
                                    0.30865828381745514,
                                    0.14644660940672627,
                                    0.03806023374435663,
                                    1.0,
                                    0.9903926402016152,
                                    0.9619397662556434,
                                    0.9157348061512727};
  expect_factors(*make<Schedule>("cosine_restarts", "{first_period: 4, factor: 2}"), 0, doubled);
  // T_0=3, T_mult=3, eta_min=0.1
  expect_factors(
      *make<Schedule>("cosine_restarts", "{first_period: 3, factor: 3, minimum: 0.1}"), 0,
      {1.0, 0.775, 0.3250000000000001, 1.0, 0.9728616793536587, 0.8947199994035401, 0.775,
       0.6281416799501187, 0.4718583200498814, 0.3250000000000001, 0.20528000059645996,
       0.12713832064634126, 1.0, 0.9969572609838744, 0.9878701917609207, 0.9728616793536587});
  // T_0=5, T_mult=1, eta_min=0.2
  expect_factors(
      *make<Schedule>("cosine_restarts", "{first_period: 5, minimum: 0.2}"), 0,
      {1.0, 0.9236067977499791, 0.7236067977499789, 0.4763932022500211, 0.27639320225002106, 1.0,
       0.9236067977499791, 0.7236067977499789, 0.4763932022500211, 0.27639320225002106, 1.0,
       0.9236067977499791, 0.7236067977499789, 0.4763932022500211, 0.27639320225002106, 1.0});
  // The first period begins after the warm-up.
  const auto warm = make<Schedule>("cosine_restarts", "{first_period: 4, factor: 2, warmup: 4}");
  expect_factors(*warm, 0, {0.25, 0.5, 0.75, 1.0});
  expect_factors(*warm, 4, doubled);
}

TEST(Schedule, RestartsTheCosineOnlyWithAPeriodAndGrowingOnes) {
  EXPECT_NE(error_of([] { make<Schedule>("cosine_restarts"); }).find("first_period"),
            std::string::npos);
  EXPECT_NE(error_of([] {
              make<Schedule>("cosine_restarts", "{first_period: 4, factor: 0}");
            }).find("factor"),
            std::string::npos);
}

TEST(Schedule, StaysFiniteWhenTheWarmupIsLongerThanTheStage) {
  for (const char* name : {"constant", "linear", "cosine", "poly", "inverse_sqrt"}) {
    const auto schedule = make<Schedule>(name, "{warmup: 50}");
    for (std::int64_t step = 0; step < 20; ++step)
      EXPECT_DOUBLE_EQ(schedule->factor(step, 20), (step + 1) / 50.0) << name;
  }
}

}  // namespace
}  // namespace warmstart::testing
