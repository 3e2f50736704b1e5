#include <gmock/gmock.h>

#include "core/objectives/objective.h"
#include "core/train/autocast.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::HasSubstr;

/// Hands out given logits, so that a loss can be tested without a network.
struct FixedLogits final : Model {
  at::Tensor forward(const at::Tensor&) override { return outputs.get("logits"); }
  Batch run(const Batch&) override { return outputs; }
  Batch outputs;
};

Loss segmentation_loss_of(const Batch& outputs, const at::Tensor& label,
                          const std::string& settings) {
  FixedLogits model;
  model.outputs = outputs;
  Batch batch;
  batch.set("image", at::zeros({label.size(0), 1, 1}));
  batch.set("label", label);
  Context context{.model = model, .seed = 1};
  return make<Objective>("segmentation_loss", settings)->evaluate(batch, context);
}

void expect_reference_loss(const std::string& settings, bool deep, const at::Tensor& label) {
  at::manual_seed(8);
  Batch outputs;
  NamedTensors given{{"label", label}};
  for (int level = 0; level < (deep ? 3 : 1); ++level) {
    const std::int64_t edge = 8 >> level;
    const std::string name = "logits" + (level == 0 ? "" : "." + std::to_string(level));
    outputs.set(name, at::randn({2, 3, edge, edge, edge}).set_requires_grad(true));
    given.emplace_back(name, outputs.get(name));
  }
  const Loss loss = segmentation_loss_of(outputs, label, settings);
  loss.total.backward();
  Json values = parse_yaml(settings, "test").to_json();
  const auto theirs = torch_reference("torch_segmentation_loss.py", given, values);
  EXPECT_LT(relative_difference(loss.total, theirs.at("loss")), 1e-6);
  for (const auto& [name, logits] : outputs.fields()) {
    EXPECT_LT(relative_difference(logits.grad(), theirs.at("gradient." + name)), 1e-5) << name;
  }
}

at::Tensor random_label() {
  at::manual_seed(9);
  return at::randint(3, {2, 8, 8, 8}, at::kLong);
}

TEST(SegmentationLoss, EqualsTheReference) {
  expect_reference_loss(
      "{dice: 1, cross_entropy: 0.5, focal: 0, focal_gamma: 2, batch_dice: false, ignore_index: "
      "-1}",
      false, random_label());
}

TEST(SegmentationLoss, EqualsTheReferenceWithDeepSupervisionFocalAndBatchDice) {
  expect_reference_loss(
      "{dice: 1, cross_entropy: 1, focal: 0.7, focal_gamma: 1.5, batch_dice: true, ignore_index: "
      "-1}",
      true, random_label());
}

TEST(SegmentationLoss, EqualsTheReferenceWithIgnoredVoxels) {
  at::Tensor label = random_label();
  label.slice(1, 0, 3).fill_(255);
  expect_reference_loss(
      "{dice: 1, cross_entropy: 1, focal: 1, focal_gamma: 2, batch_dice: false, ignore_index: 255}",
      true, label);
}

TEST(SegmentationLoss, WeighsTheClassesOfTheCrossEntropyAsTheReference) {
  at::Tensor label = random_label();
  label.slice(1, 0, 3).fill_(255);
  expect_reference_loss(
      "{dice: 1, cross_entropy: 1, focal: 0.5, focal_gamma: 2, batch_dice: false, ignore_index: "
      "255, class_weights: [0.5, 0, 3]}",
      true, label);
}

TEST(SegmentationLoss, RefusesClassWeightsThatWeighNothing) {
  EXPECT_THAT(error_of([] {
                make<Objective>("segmentation_loss", "{cross_entropy: 0, class_weights: [1, 2]}");
              }),
              HasSubstr("class_weights weigh the cross-entropy term, whose own weight is zero"));
  EXPECT_THAT(error_of([] { make<Objective>("segmentation_loss", "{class_weights: [0, 0]}"); }),
              HasSubstr("every class weight is zero; objective segmentation_loss"));
}

TEST(SegmentationLoss, IsNearZeroForAPerfectPrediction) {
  const at::Tensor label = random_label();
  Batch outputs;
  outputs.set("logits", 40.0 * at::one_hot(label, 3).movedim(-1, 1).to(at::kFloat));
  const Loss loss = segmentation_loss_of(outputs, label, "{}");
  EXPECT_LT(loss.total.item<double>(), 1e-5);
  EXPECT_EQ(loss.terms[0].first, "dice");
  EXPECT_TRUE(loss.outputs.has("logits"));
}

TEST(SegmentationLoss, SumsInSinglePrecisionUnderAutocast) {
  at::manual_seed(3);
  const auto model = make<Model>("unet", "{widths: [4, 8], classes: 3}");
  const auto objective = make<Objective>("segmentation_loss");
  Batch batch;
  batch.set("image", at::randn({2, 1, 8, 8, 8}));
  batch.set("label", random_label());
  Context context{.model = *model, .seed = 1};
  const double exact = objective->evaluate(batch, context).total.item<double>();
  const Autocast autocast(true, at::kCPU);
  const at::Tensor total = objective->evaluate(batch, context).total;
  EXPECT_EQ(total.scalar_type(), at::kFloat);
  EXPECT_NEAR(total.item<double>(), exact, 0.02);
  total.backward();
}

TEST(SegmentationLoss, NamesALabelOutsideTheClasses) {
  at::Tensor label = random_label();
  label[1][0][0][0] = 7;
  Batch outputs;
  outputs.set("logits", at::zeros({2, 3, 8, 8, 8}));
  EXPECT_THAT(error_of([&] { segmentation_loss_of(outputs, label, "{}"); }),
              HasSubstr("label value 7 is outside 0..2; sample 1 of the batch"));
  EXPECT_THAT(error_of([&] { segmentation_loss_of(outputs, label.slice(1, 0, 4), "{}"); }),
              HasSubstr("label grid differs"));
  EXPECT_THAT(error_of([] { make<Objective>("segmentation_loss", "{dice: 0, cross_entropy: 0}"); }),
              HasSubstr("every weight"));
}

}  // namespace
}  // namespace warmstart::testing
