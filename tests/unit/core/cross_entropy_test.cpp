#include <gmock/gmock.h>

#include "core/objectives/objective.h"
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
