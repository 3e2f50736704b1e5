#include <gmock/gmock.h>

#include "tests/unit/core/optimizer_reference.h"

namespace warmstart::testing {
namespace {

TEST(Sgd, EqualsPyTorchWithNesterovAndDecay) {
  expect_as_torch_optimizer(
      "sgd", "{learning_rate: 0.05, momentum: 0.99, nesterov: true, weight_decay: 0.03}",
      {{"type", "SGD"},
       {"lr", 0.05},
       {"momentum", 0.99},
       {"nesterov", true},
       {"weight_decay", 0.03}});
}

TEST(Sgd, EqualsPyTorchWithoutMomentum) {
  expect_as_torch_optimizer("sgd", "{learning_rate: 0.1, momentum: 0}",
                            {{"type", "SGD"}, {"lr", 0.1}});
}

TEST(Sgd, SparesNormsAndBiasesFromDecayWhenAsked) {
  expect_as_torch_optimizer(
      "sgd", "{learning_rate: 0.1, weight_decay: 0.1, decay_norms_and_biases: false}",
      {{"type", "SGD"}, {"lr", 0.1}, {"momentum", 0.9}, {"weight_decay", 0.1}, {"spare", true}});
}

TEST(Sgd, GoesOnFromItsStateWithTheSameBits) {
  expect_exact_resume("sgd", "{nesterov: true, weight_decay: 0.1}");
}

TEST(Sgd, RefusesNesterovWithoutMomentum) {
  EXPECT_THAT(error_of([] { make<Optimizer>("sgd", "{momentum: 0, nesterov: true}"); }),
              ::testing::HasSubstr("nesterov needs momentum above 0"));
}

}  // namespace
}  // namespace warmstart::testing
