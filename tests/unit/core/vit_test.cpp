#include <gmock/gmock.h>

#include "tests/unit/core/network_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::HasSubstr;

TEST(Vit, EqualsTheReferenceWithAClassToken) {
  expect_as_reference("vit",
                      "{image_size: [8], patch: 4, width: 12, depth: 2, heads: 3, classes: 5}",
                      {2, 3, 8, 8});
}

TEST(Vit, EqualsTheReferenceOnVolumesWithMeanPooling) {
  expect_as_reference("vit",
                      "{dims: 3, in_channels: 1, image_size: [8], patch: 4, width: 8, depth: 1, "
                      "heads: 2, pool: mean}",
                      {2, 1, 8, 8, 8});
}

TEST(Vit, TraceKeepsTheBatchFree) {
  expect_free_batch("vit", "{image_size: [8], patch: 4, width: 12, depth: 2, heads: 3}", {3, 8, 8});
  expect_free_batch(
      "vit",
      "{image_size: [8], patch: 4, width: 12, depth: 1, heads: 3, pool: mean, positions: sincos}",
      {3, 8, 8});
}

TEST(Vit, HiddenPatchesDoNotInfluenceVisibleOnes) {
  at::manual_seed(3);
  const auto model = std::dynamic_pointer_cast<Backbone>(make<Model>(
      "vit", "{image_size: [8], patch: 2, width: 12, depth: 2, heads: 3, in_channels: 1}"));
  at::Tensor active = at::ones({1, 1, 4, 4});
  active.select(3, 1).zero_();
  const at::Tensor x = at::randn({1, 1, 8, 8});
  at::Tensor changed = x.clone();
  changed.slice(3, 2, 4).add_(5.0);
  const at::Tensor features = model->features(x, active)[0];
  EXPECT_TRUE(at::equal(features, model->features(changed, active)[0]));
  EXPECT_EQ(features.select(3, 1).abs().max().item<double>(), 0.0);
  EXPECT_FALSE(at::allclose(model->features(x)[0], model->features(changed)[0]));
}

TEST(Vit, WithEverythingVisibleEqualsTheDenseForm) {
  at::manual_seed(4);
  const auto model = std::dynamic_pointer_cast<Backbone>(make<Model>(
      "vit", "{image_size: [8, 4], patch: 2, width: 12, depth: 2, heads: 3, in_channels: 1}"));
  const at::Tensor x = at::randn({2, 1, 8, 4});
  EXPECT_LT(
      relative_difference(model->features(x, at::ones({2, 1, 4, 2}))[0], model->features(x)[0]),
      1e-6);
}

TEST(Vit, NamesTheSizeThatItTakes) {
  const auto model = make<Model>("vit", "{image_size: [8], patch: 4, width: 12}");
  Batch batch;
  batch.set("image", at::zeros({1, 3, 8, 12}));
  EXPECT_THAT(error_of([&] { model->run(batch); }),
              HasSubstr("image of 8x12, the model takes 8x8"));
  EXPECT_THAT(error_of([] { make<Model>("vit", "{image_size: [30], patch: 4}"); }),
              HasSubstr("image_size 30 is not divisible by patch 4"));
}

}  // namespace
}  // namespace warmstart::testing
