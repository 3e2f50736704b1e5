// Samples with several labels: loss and metrics, against tests/reference/multilabel.py.
#include <gmock/gmock.h>

#include "core/metrics/metric.h"
#include "core/objectives/objective.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::HasSubstr;

struct LinearScores final : Model {
  LinearScores() { layer = register_module("layer", torch::nn::Linear(3, 4)); }
  at::Tensor forward(const at::Tensor& x) override { return layer->forward(x); }
  torch::nn::Linear layer{nullptr};
};

TEST(MultilabelBce, IsTheMeanOverSamplesAndLabels) {
  at::manual_seed(2);
  LinearScores model;
  model.to(at::kDouble);
  const auto objective = make<Objective>("multilabel_bce");
  Batch batch;
  batch.set("image", at::randn({5, 3}, at::kDouble));
  batch.set("target", at::rand({5, 4}).lt(0.5).to(at::kDouble));
  Context context{.model = model, .seed = 1};
  const Loss loss = objective->evaluate(batch, context);
  const at::Tensor p = at::sigmoid(model.forward(batch.get("image")));
  const at::Tensor target = batch.get("target");
  const at::Tensor right = target * p + (1 - target) * (1 - p);
  EXPECT_NEAR(loss.total.item<double>(), -right.log().mean().item<double>(), 1e-12);
  EXPECT_LT(
      gradient_error([&] { return objective->evaluate(batch, context).total; }, model.parameters()),
      1e-6);
  batch.set("target", at::zeros({5, 3}, at::kDouble));
  EXPECT_THAT(error_of([&] { objective->evaluate(batch, context); }),
              HasSubstr("objective multilabel_bce; set model.classes"));
}

TEST(MultilabelMetrics, EqualTheReferenceWithTies) {
  at::manual_seed(5);
  // One decimal: many scores are equal. The last class never occurs.
  const at::Tensor scores = (at::randn({60, 6}, at::kDouble) * 5).round() / 5 + 0.05;
  at::Tensor own = (scores + at::randn({60, 6}, at::kDouble)).gt(0.5);
  own.select(1, 5).fill_(false);
  own[3].fill_(false);
  const auto theirs = torch_reference(
      "multilabel.py", {{"scores", scores}, {"own", own.to(at::kLong)}}, Json::object());
  ASSERT_FALSE(theirs.empty());
  const auto rank = make<Metric>("lrap"), f1 = make<Metric>("multilabel_f1");
  f1->begin({{"class_names", {"a", "b", "c", "d", "e", "f"}}});
  for (std::int64_t i = 0; i < 60; ++i) {
    Batch outputs, fields;
    outputs.set("logits", scores[i]);
    fields.set("target", own[i].to(at::kFloat));
    const double value = rank->evaluate("s", outputs, fields)[0].value;
    const double expected = theirs.at("lrap")[i].item<double>();
    if (own[i].any().item<bool>()) {
      EXPECT_NEAR(value, expected, 1e-12) << i;
    } else {
      EXPECT_TRUE(std::isnan(value) && std::isnan(expected));
    }
    f1->evaluate("s", outputs, fields);
  }
  const std::vector<CaseValue> values = f1->over_all();
  ASSERT_EQ(values.size(), 8U);
  EXPECT_EQ(values[0].metric, "multilabel_f1.a");
  EXPECT_EQ(values[6].metric, "multilabel_f1.macro");
  EXPECT_EQ(values[7].metric, "multilabel_f1");
  for (std::int64_t k = 0; k < 8; ++k) {
    EXPECT_NEAR(values[static_cast<std::size_t>(k)].value, theirs.at("f1")[k].item<double>(), 1e-12)
        << k;
  }
  EXPECT_EQ(values[5].value, 0) << "a class that never occurs";
}

}  // namespace
}  // namespace warmstart::testing
