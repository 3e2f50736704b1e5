// Networks against the same ones in PyTorch; their layers' gradients; what they refuse.
#include <ATen/ATen.h>

#include "plugins/satellite/components/attention_layers.h"
#include "satellite_files.h"
#include "tests/unit/core/network_reference.h"

namespace warmstart::satellite {
namespace {

using testing::HasSubstr;
using testing::message_of;
using warmstart::testing::expect_as_reference;
using warmstart::testing::expect_free_batch;
using warmstart::testing::make;

constexpr const char* kScript = "torch_earth_networks.py";
constexpr const char* kSmall =
    "in_channels: 2, classes: 3, widths: [8, 12], depths: [2, 1], coordinate_reduction: 4, "
    "squeeze_reduction: 4, dropout: 0, drop: []";

TEST(AttnResNet, EqualsPyTorchWithEveryAttention) {
  for (const char* attention : {"none", "se", "coord", "cbam", "balanced"}) {
    SCOPED_TRACE(attention);
    expect_as_reference("satellite.attn_resnet",
                        std::string("{") + kSmall + ", attention: " + attention + "}",
                        {3, 2, 10, 12}, 5e-5, kScript);
  }
}

TEST(EarthEncoders, EqualPyTorch) {
  expect_as_reference("satellite.convnet", "{in_channels: 2, classes: 3, widths: [4, 6]}",
                      {3, 2, 12, 12}, 5e-5, kScript);
  expect_as_reference("satellite.convnet",
                      "{in_channels: 2, classes: 3, widths: [4, 6], hidden: 7, image_size: 12}",
                      {3, 2, 12, 12}, 5e-5, kScript);
  expect_as_reference("satellite.rcf", "{in_channels: 2, classes: 3, filters: 5, bias: 0.1}",
                      {3, 2, 12, 12}, 5e-5, kScript);
  expect_as_reference("satellite.image_statistics", "{in_channels: 2, classes: 3}", {3, 2, 9, 9},
                      5e-5, kScript);
}

TEST(EarthEncoders, TraceWithAFreeBatch) {
  expect_free_batch("satellite.attn_resnet", std::string("{") + kSmall + "}", {2, 12, 12});
  expect_free_batch("satellite.convnet", "{in_channels: 2, widths: [4, 6]}", {2, 12, 12});
  expect_free_batch("satellite.rcf", "{in_channels: 2, filters: 5}", {2, 12, 12});
  expect_free_batch("satellite.image_statistics", "{in_channels: 2}", {2, 12, 12});
  expect_free_batch("satellite.scene_classifier",
                    "{network: {type: satellite.image_statistics, in_channels: 2}}", {2, 12, 12});
}

TEST(AttnResNet, StartsItsFusionWhereItIsTold) {
  const auto model =
      make<Model>("satellite.attn_resnet", std::string("{") + kSmall + ", fusion_start: 0.2}");
  Batch batch;
  batch.set("image", at::randn({2, 2, 8, 8}));
  const at::Tensor shares = model->run(batch).get("fusion");
  ASSERT_EQ(shares.sizes(), (std::vector<std::int64_t>{2, 3}));
  EXPECT_NEAR(shares.min().item<double>(), 0.2, 1e-6);
  EXPECT_NEAR(shares.max().item<double>(), 0.2, 1e-6);
}

TEST(AttentionLayers, HaveTheGradientsOfFiniteDifferences) {
  at::manual_seed(4);
  GatedFusion fusion(8, 2, 2, 0.4);
  Cbam cbam(8, 2, 3);
  const at::Tensor x = at::randn({2, 8, 5, 6}, at::kDouble).set_requires_grad(true);
  const auto check = [&](auto& layer) {
    warmstart::testing::disturb(layer);
    layer.to(at::kDouble);
    const at::Tensor weight = at::randn({2, 8, 5, 6}, at::kDouble);
    std::vector<at::Tensor> parameters = layer.parameters();
    parameters.push_back(x);
    EXPECT_LT(warmstart::testing::gradient_error([&] { return (layer.forward(x) * weight).sum(); },
                                                 parameters),
              1e-6);
  };
  check(fusion);
  check(cbam);
}

TEST(DropBlock, DropsSquaresOfTheAskedShareAndKeepsTheMean) {
  at::manual_seed(5);
  const at::Tensor x = at::ones({200, 2, 24, 24});
  const at::Tensor y = drop_block(x, 0.1, 3, "test");
  EXPECT_NEAR(y.mean().item<double>(), 1, 1e-5);
  const double dropped = (y == 0).to(at::kFloat).mean().item<double>();
  EXPECT_GT(dropped, 0.08);
  EXPECT_LT(dropped, 0.105);
  EXPECT_TRUE(at::equal(y.select(1, 0), y.select(1, 1))) << "the same squares in all channels";
  const at::Tensor holes = (y.select(1, 0) == 0).to(at::kFloat).unsqueeze(1);
  const at::Tensor seeds = 1 - at::max_pool2d(1 - holes, {3, 3}, {1, 1}, {1, 1});
  const at::Tensor grown = at::max_pool2d(seeds, {3, 3}, {1, 1}, {1, 1});
  EXPECT_TRUE(
      at::equal(grown.narrow(2, 1, 22).narrow(3, 1, 22), holes.narrow(2, 1, 22).narrow(3, 1, 22)))
      << "holes are unions of squares";
}

TEST(AttnResNet, SaysWhatDoesNotFit) {
  const auto refusal = [](const std::string& settings) {
    return message_of([&] { make<Model>("satellite.attn_resnet", settings); });
  };
  EXPECT_THAT(refusal("{widths: [8], depths: [1], drop: []}"),
              HasSubstr("squeeze_excitation r=16 needs C >= 16, got 8"));
  EXPECT_THAT(refusal("{widths: [16, 32], depths: [1]}"),
              HasSubstr("widths has 2 stages, depths 1"));
  EXPECT_THAT(refusal("{widths: [16, 32], depths: [1, 1], drop: [0.1]}"),
              HasSubstr("drop has 1 numbers for 2 stages"));
  const auto model =
      make<Model>("satellite.attn_resnet",
                  "{widths: [16, 32], depths: [1, 1], drop: [0.1, 0.1], drop_size: 7}");
  model->train();
  EXPECT_THAT(
      message_of([&] {
        model->forward(at::randn({1, 3, 8, 8}));
      }),
      HasSubstr("DropBlock of 7 is larger than the map of 4x4; model attn_resnet, stage1_block0"));
}

}  // namespace
}  // namespace warmstart::satellite
