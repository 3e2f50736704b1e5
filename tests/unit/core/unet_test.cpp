#include <gmock/gmock.h>

#include "tests/unit/core/network_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::HasSubstr;

TEST(UNet, EqualsTheReferenceInThreeDimensions) {
  expect_as_reference("unet", "{widths: [4, 6, 8], classes: 3, deep_supervision: true}",
                      {2, 1, 8, 8, 12});
}

TEST(UNet, EqualsTheReferenceInTwoDimensionsWithBatchNorm) {
  expect_as_reference(
      "unet", "{dims: 2, in_channels: 2, widths: [4, 8], blocks: 2, residual: false, norm: batch}",
      {3, 2, 8, 12});
}

TEST(UNet, EqualsTheReferenceWithThickSlicesAndNoNorm) {
  expect_as_reference("unet", "{widths: [3, 4, 5], depth_strides: [1, 2], norm: none}",
                      {1, 1, 4, 8, 8});
}

TEST(UNet, TraceKeepsTheBatchFree) {
  expect_free_batch("unet", "{widths: [4, 8, 8], classes: 3, deep_supervision: true}",
                    {1, 8, 8, 8});
  expect_free_batch("unet", "{dims: 2, widths: [4, 8], norm: batch, dropout: 0.2}", {1, 8, 8});
}

TEST(UNet, PredictsCoarserLevelsOnlyWhileTraining) {
  const auto model = make<Model>("unet", "{dims: 2, widths: [4, 4, 4, 4], deep_supervision: true}");
  Batch batch;
  batch.set("image", at::zeros({1, 1, 16, 16}));
  model->train();
  EXPECT_EQ(model->run(batch).get("logits.2").sizes(), (std::vector<std::int64_t>{1, 2, 4, 4}));
  EXPECT_FALSE(model->run(batch).has("logits.3"));
  model->eval();
  EXPECT_FALSE(model->run(batch).has("logits.1"));
}

TEST(UNet, StatesThePaddingThatAnImageNeeds) {
  const auto model = make<Model>("unet", "{widths: [4, 4, 4], depth_strides: [1, 2]}");
  Batch batch;
  batch.set("image", at::zeros({1, 1, 5, 8, 10}));
  EXPECT_THAT(
      error_of([&] { model->run(batch); }),
      ::testing::AllOf(HasSubstr("image of 5x8x10 is not divisible by the total stride 2x4x4"),
                       HasSubstr("pad by 1x0x2")));
  batch.set("image", at::zeros({1, 1, 2, 4, 4}));
  EXPECT_THAT(error_of([&] { model->run(batch); }),
              HasSubstr("image of 2x4x4 leaves a single site at the deepest level"));
  batch.set("image", at::zeros({1, 2, 4, 8, 8}));
  EXPECT_THAT(error_of([&] { model->run(batch); }),
              HasSubstr("image has 2 channels, the model takes 1"));
}

TEST(UNet, RefusesDepthStridesThatDoNotFit) {
  EXPECT_THAT(error_of([] { make<Model>("unet", "{widths: [4, 4, 4], depth_strides: [1]}"); }),
              HasSubstr("depth_strides has 1 entries for 3 levels"));
}

TEST(UNet, ReportsItsLevels) {
  const auto model = std::dynamic_pointer_cast<Backbone>(
      make<Model>("unet", "{widths: [4, 5, 6], depth_strides: [1, 2]}"));
  ASSERT_TRUE(model);
  EXPECT_EQ(model->channels(), (std::vector<std::int64_t>{4, 5, 6}));
  EXPECT_EQ(model->strides(), (std::vector<std::int64_t>{1, 2, 4}));
  EXPECT_EQ(model->axis_strides(2), (std::vector<std::int64_t>{2, 4, 4}));
  const auto maps = model->features(at::zeros({1, 1, 4, 8, 8}));
  EXPECT_EQ(maps[2].sizes(), (std::vector<std::int64_t>{1, 6, 2, 2, 2}));
}

}  // namespace
}  // namespace warmstart::testing
