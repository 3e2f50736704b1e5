#include "tests/unit/core/optimizer_reference.h"

namespace warmstart::testing {
namespace {

TEST(AdamW, EqualsPyTorch) {
  expect_as_torch_optimizer(
      "adamw", "{learning_rate: 0.02, betas: [0.8, 0.95], epsilon: 1.0e-6, weight_decay: 0.1}",
      {{"type", "AdamW"},
       {"lr", 0.02},
       {"betas", {0.8, 0.95}},
       {"eps", 1e-6},
       {"weight_decay", 0.1}});
}

TEST(AdamW, SparesNormsAndBiasesFromDecayWhenAsked) {
  expect_as_torch_optimizer(
      "adamw", "{learning_rate: 0.02, weight_decay: 0.2, decay_norms_and_biases: false}",
      {{"type", "AdamW"}, {"lr", 0.02}, {"weight_decay", 0.2}, {"spare", true}});
}

TEST(AdamW, GoesOnFromItsStateWithTheSameBits) {
  expect_exact_resume("adamw", "{weight_decay: 0.1}");
}

TEST(AdamW, CountsStepsOfEachParameter) {
  const auto optimizer = make<Optimizer>("adamw");
  at::Tensor a = at::ones({2}), b = at::ones({2});
  optimizer->attach({{"a", a}, {"b", b}});
  a.mutable_grad() = at::ones({2});
  optimizer->step(1.0);
  const auto state = optimizer->state();
  EXPECT_EQ(state[0].first, "step");
  EXPECT_TRUE(at::equal(state[0].second, at::tensor({std::int64_t{1}, std::int64_t{0}})));
  EXPECT_TRUE(at::equal(b, at::ones({2})));
}

}  // namespace
}  // namespace warmstart::testing
