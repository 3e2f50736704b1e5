#include <cmath>

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

TEST(Schedule, StaysFiniteWhenTheWarmupIsLongerThanTheStage) {
  for (const char* name : {"constant", "linear", "cosine", "poly", "inverse_sqrt"}) {
    const auto schedule = make<Schedule>(name, "{warmup: 50}");
    for (std::int64_t step = 0; step < 20; ++step)
      EXPECT_DOUBLE_EQ(schedule->factor(step, 20), (step + 1) / 50.0) << name;
  }
}

}  // namespace
}  // namespace warmstart::testing
