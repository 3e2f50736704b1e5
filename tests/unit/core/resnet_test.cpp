#include "tests/unit/core/network_reference.h"

namespace warmstart::testing {
namespace {

TEST(ResNet, EqualsTheReferenceWithBasicBlocks) {
  expect_as_reference("resnet", "{depths: [1, 2], width: 6, classes: 4}", {4, 3, 8, 8}, 1e-4);
}

TEST(ResNet, EqualsTheReferenceWithBottlenecksAndLargeStem) {
  expect_as_reference(
      "resnet",
      "{depths: [1, 1], width: 4, block: bottleneck, norm: instance, small_images: false}",
      {2, 3, 32, 32}, 1e-4);
}

TEST(ResNet, EqualsTheReferenceOnVolumes) {
  expect_as_reference(
      "resnet",
      "{dims: 3, in_channels: 1, depths: [1, 1], width: 4, norm: none, small_images: false}",
      {1, 1, 16, 16, 16});
}

TEST(ResNet, TraceKeepsTheBatchFree) {
  expect_free_batch("resnet", "{depths: [1, 1], width: 4}", {3, 8, 8});
  expect_free_batch(
      "resnet",
      "{dims: 3, in_channels: 1, depths: [1], width: 4, norm: instance, small_images: false}",
      {1, 16, 16, 16});
}

TEST(ResNet, SparseFeaturesIgnoreHiddenPixels) {
  for (const char* settings :
       {"{in_channels: 1, depths: [1, 1], width: 4, norm: instance}",
        "{in_channels: 1, depths: [1, 1], width: 4, block: bottleneck, small_images: false}"}) {
    at::manual_seed(5);
    const auto model = std::dynamic_pointer_cast<Backbone>(make<Model>("resnet", settings));
    model->eval();
    const std::int64_t stride = model->strides().back();
    at::Tensor active = at::ones({1, 1, 4, 4});
    active.select(2, 2).zero_();
    const at::Tensor x = at::randn({1, 1, 4 * stride, 4 * stride});
    at::Tensor changed = x.clone();
    changed.slice(2, 2 * stride, 3 * stride).normal_();
    const auto before = model->features(x, active), after = model->features(changed, active);
    for (std::size_t level = 0; level < before.size(); ++level)
      EXPECT_TRUE(at::equal(before[level], after[level]));
  }
}

}  // namespace
}  // namespace warmstart::testing
