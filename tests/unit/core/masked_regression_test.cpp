#include <gmock/gmock.h>

#include "core/objectives/objective.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::HasSubstr;

struct Plain final : Model {
  at::Tensor forward(const at::Tensor& x) override { return x; }
};

Loss masked_regression_of(Model& model, const std::string& settings, const at::Tensor& image) {
  const auto objective = make<Objective>("masked_regression", settings);
  objective->attach(model, {});
  Batch batch;
  batch.set("image", image);
  Context context{.model = model, .seed = 4};
  return objective->evaluate(batch, context);
}

TEST(MaskedRegression, TransformerSeesVisiblePatchesOnly) {
  at::manual_seed(1);
  const auto model = make<Model>(
      "vit", "{image_size: [8], patch: 2, width: 12, depth: 1, heads: 3, in_channels: 1}");
  const at::Tensor image = at::randn({2, 1, 8, 8});
  at::manual_seed(2);
  const Loss loss = masked_regression_of(*model, "{normalise: false, decoder_width: 8}", image);
  const at::Tensor mask = loss.outputs.get("mask");
  EXPECT_EQ(mask.mean().item<double>(), 0.75);
  at::manual_seed(2);
  const Loss changed =
      masked_regression_of(*model, "{normalise: false, decoder_width: 8}", image + 7.0 * mask);
  EXPECT_TRUE(at::equal(changed.outputs.get("reconstruction"), loss.outputs.get("reconstruction")));
  loss.total.backward();
  EXPECT_GT(model->named_parameters()["encoder.embedding.project.weight"]
                .grad()
                .abs()
                .sum()
                .item<double>(),
            0.0);
}

TEST(MaskedRegression, PyramidSeesHiddenCubesAsZeros) {
  const auto model = make<Model>("unet", "{dims: 2, widths: [4, 6]}");
  const at::Tensor image = at::randn({2, 1, 8, 8});
  const auto run = [&](const at::Tensor& x) {
    at::manual_seed(3);
    return masked_regression_of(*model,
                                "{normalise: false, cube: 4, ratio: 0.5, error: l1, on: all}", x);
  };
  const Loss loss = run(image);
  const at::Tensor mask = loss.outputs.get("mask");
  EXPECT_EQ(mask.mean().item<double>(), 0.5);
  EXPECT_TRUE(at::equal(run(image + 7.0 * mask).outputs.get("reconstruction"),
                        loss.outputs.get("reconstruction")));
}

TEST(MaskedRegression, LearnsWithAResidualNetworkWhoseStemStrides) {
  const auto model =
      make<Model>("resnet", "{in_channels: 1, depths: [1, 1], width: 4, small_images: false}");
  const Loss loss = masked_regression_of(*model, "{ratio: 0.5}", at::randn({2, 1, 16, 16}));
  EXPECT_EQ(loss.outputs.get("reconstruction").sizes(), (std::vector<std::int64_t>{2, 1, 16, 16}));
}

TEST(MaskedRegression, RefusesModelsAndSettingsThatDoNotFit) {
  Plain plain;
  EXPECT_THAT(error_of([&] {
                masked_regression_of(plain, "{}", at::zeros({1, 1, 8, 8}));
              }),
              HasSubstr("the model hands out no feature levels; objective masked_regression"));
  const auto vit = make<Model>("vit", "{image_size: [8], patch: 2, width: 12, in_channels: 1}");
  EXPECT_THAT(error_of([&] {
                masked_regression_of(*vit, "{cube: 4}", at::zeros({1, 1, 8, 8}));
              }),
              HasSubstr("cube 4 differs from the encoder's patch 2"));
  EXPECT_THAT(error_of([] { make<Objective>("masked_regression", "{ratio: 1}"); }),
              HasSubstr("mask ratio 1. is not"));
}

}  // namespace
}  // namespace warmstart::testing
