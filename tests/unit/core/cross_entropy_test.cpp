#include <gmock/gmock.h>

#include "core/objectives/mixup.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::HasSubstr;

struct GivenScores final : Model {
  at::Tensor forward(const at::Tensor&) override { return scores; }
  at::Tensor scores;
};

Loss cross_entropy_of(const at::Tensor& logits, const at::Tensor& label,
                      const std::string& settings) {
  GivenScores model;
  model.scores = logits;
  Batch batch;
  batch.set("image", at::zeros({1}));
  batch.set("class", label);
  Context context{.model = model, .seed = 1};
  return make<Objective>("cross_entropy", settings)->evaluate(batch, context);
}

TEST(CrossEntropy, EqualsItsFormulaWithSmoothing) {
  at::manual_seed(1);
  const at::Tensor logits = at::randn({4, 3}, at::kDouble),
                   label = at::tensor({0, 2, 1, 1}, at::kLong);
  const double smoothing = 0.2;
  const at::Tensor target = at::one_hot(label, 3).to(at::kDouble) * (1 - smoothing) + smoothing / 3;
  const at::Tensor expected =
      -(target * (logits.exp() / logits.exp().sum(1, true)).log()).sum(1).mean();
  EXPECT_NEAR(cross_entropy_of(logits, label, "{label_smoothing: 0.2}").total.item<double>(),
              expected.item<double>(), 1e-12);
}

TEST(CrossEntropy, ReportsTheShareOfRightClasses) {
  const at::Tensor logits = at::tensor({2.0, 0.0, 0.0, 2.0, 2.0, 0.0}).view({3, 2});
  const Loss loss = cross_entropy_of(logits, at::tensor({0, 1, 1}, at::kLong), "{}");
  ASSERT_EQ(loss.terms[0].first, "accuracy");
  EXPECT_NEAR(loss.terms[0].second.item<double>(), 2.0 / 3.0, 1e-6);
}

at::Tensor four_scores() {
  return at::tensor({1.0, -0.5, 0.25, 0.0, 2.0, -1.0, 0.5, 0.5, 1.5, -1.0, 0.0, 0.75}, at::kDouble)
      .view({4, 3});
}

// The numbers are torch.nn.functional.cross_entropy's of these scores and classes with
// weight=[1, 0.25, 3], in float64 (PyTorch 1.13).
TEST(CrossEntropy, WeighsClassesAsPyTorchDoes) {
  const at::Tensor label = at::tensor({0, 2, 1, 1}, at::kLong);
  const auto loss = [&](const char* settings) {
    return cross_entropy_of(four_scores(), label, settings).total.item<double>();
  };
  EXPECT_NEAR(loss("{class_weights: [1, 0.25, 3]}"), 2.3861074099317703, 1e-12);
  EXPECT_NEAR(loss("{class_weights: [1, 0.25, 3], label_smoothing: 0.2}"), 2.268000368113844,
              1e-12);
  EXPECT_NEAR(loss("{class_weights: [2, 2, 2]}"), loss("{}"), 1e-12);
}

// With mixup the targets are shares of classes: their weighted losses are divided by the samples.
TEST(CrossEntropy, WeighsMixedClassesAsPyTorchDoes) {
  struct FixedScores final : Model {
    at::Tensor forward(const at::Tensor& x) override {
      return four_scores().slice(0, 0, x.size(0)).to(at::kFloat);
    }
  };
  FixedScores model;
  const at::Tensor label = at::tensor({0, 2, 1, 1}, at::kLong);
  Batch batch;
  batch.set("image", at::zeros({4, 1, 1, 1}));
  batch.set("class", label);
  const auto objective =
      make<Objective>("cross_entropy", "{mixup: 1, class_weights: [1, 0.25, 3]}");
  objective->attach(model, {{"classes", 3}});
  Context context{.model = model, .seed = 5};
  const double mixed = objective->evaluate(batch, context).total.item<double>();
  const at::Tensor share = draw_mixup(2, 1, 5).to(at::kDouble);
  const at::Tensor log_p = four_scores().slice(0, 0, 2).log_softmax(1);
  // Pairs (0, 2) and (1, 1) of classes.
  const double a = share[0].item<double>();
  const double first = -(a * 1.0 * log_p[0][0] + (1 - a) * 3.0 * log_p[0][2]).item<double>();
  const double second = -(0.25 * log_p[1][1]).item<double>();
  EXPECT_NEAR(mixed, (first + second) / 2, 1e-6);
}

TEST(CrossEntropy, LearnsNothingFromABatchOfClassesWithoutWeight) {
  const at::Tensor logits = four_scores().set_requires_grad(true);
  const Loss loss = cross_entropy_of(logits, at::tensor({1, 1, 1, 1}, at::kLong),
                                     "{class_weights: [1, 0, 1], label_smoothing: 0.1}");
  loss.total.backward();
  EXPECT_EQ(loss.total.item<double>(), 0);
  EXPECT_EQ(logits.grad().abs().max().item<double>(), 0);
}

TEST(CrossEntropy, NamesClassWeightsThatFitNoClasses) {
  const at::Tensor label = at::tensor({0, 2, 1, 1}, at::kLong);
  EXPECT_THAT(error_of([&] { cross_entropy_of(four_scores(), label, "{class_weights: [1, 2]}"); }),
              HasSubstr("class_weights has 2 numbers, the model tells 3 classes apart"));
  EXPECT_THAT(error_of([] { make<Objective>("cross_entropy", "{class_weights: [0, 0]}"); }),
              HasSubstr("every class weight is zero; objective cross_entropy, class_weights"));
  EXPECT_THAT(error_of([] { make<Objective>("cross_entropy", "{class_weights: [1, -1]}"); }),
              HasSubstr("class_weights.1"));
}

TEST(CrossEntropy, NamesAClassThatDoesNotExist) {
  EXPECT_THAT(error_of([] {
                cross_entropy_of(at::zeros({2, 3}), at::tensor({0, 3}, at::kLong), "{}");
              }),
              HasSubstr("class 3 is outside 0..2; sample 1 of the batch"));
  EXPECT_THAT(error_of([] {
                cross_entropy_of(at::zeros({2, 3, 4}), at::tensor({0, 1}, at::kLong), "{}");
              }),
              HasSubstr("cross_entropy needs (B,K)"));
}

}  // namespace
}  // namespace warmstart::testing
