// Networks against the same ones in PyTorch; their layers' gradients; what they refuse.
#include <ATen/ATen.h>

#include "plugins/satellite/components/attention_layers.h"
#include "plugins/satellite/components/patch_filters.h"
#include "plugins/satellite/components/upernet_decoder.h"
#include "satellite_files.h"
#include "tests/unit/core/network_reference.h"

namespace warmstart::satellite {
namespace {

using testing::HasSubstr;
using testing::message_of;
using warmstart::testing::expect_as_reference;
using warmstart::testing::expect_free_batch;
using warmstart::testing::make;
using warmstart::testing::relative_difference;

constexpr const char* kScript = "torch_earth_networks.py";
constexpr const char* kSmall =
    "in_channels: 2, classes: 3, widths: [8, 12], depths: [2, 1], coordinate_reduction: 4, "
    "squeeze_reduction: 4, dropout: 0, drop: []";

TEST(AttnResNet, EqualsPyTorchWithEveryAttention) {
  for (const char* attention : {"none", "se", "coord", "cbam", "balanced"}) {
    SCOPED_TRACE(attention);
    expect_as_reference("satellite.attn_resnet",
                        c10::str("{", kSmall, ", attention: ", attention, "}"), {3, 2, 10, 12},
                        5e-5, kScript);
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

TEST(VitUpernet, EqualsPyTorchInOutputsAndEveryGradient) {
  expect_as_reference("satellite.vit_upernet",
                      "{in_channels: 2, classes: 3, image_size: 64, patch: 8, width: 12, heads: 3, "
                      "depth: 5, levels: [0, 1, 3, 4], decoder_width: 6}",
                      {3, 2, 64, 64}, 2e-4, kScript);
}

TEST(VitUpernet, TracesWithAFreeBatch) {
  expect_free_batch("satellite.vit_upernet",
                    "{in_channels: 2, image_size: 32, width: 12, decoder_width: 6}", {2, 32, 32});
}

TEST(GeoNetwork, TracesWithAFreeBatch) {
  expect_free_batch(
      "satellite.geo_network",
      "{network: {type: satellite.vit_upernet, in_channels: 2, image_size: 32, width: "
      "12, decoder_width: 6}}",
      {2, 32, 32});
}

/// Seed card 15: depth 32, width 512: about 100 million.
TEST(VitUpernet, HasTheParametersOfTheCard) {
  const auto encoder_of = [](int depth) {
    const auto model =
        make<Model>("satellite.vit_upernet",
                    "{in_channels: 10, image_size: 128, patch: 8, width: 512, heads: "
                    "16, decoder_width: 4, depth: " +
                        std::to_string(depth) + "}");
    std::int64_t count = 0;
    for (const auto& item : model->named_parameters()) {
      if (item.key().starts_with("encoder.")) count += item.value().numel();
    }
    return count;
  };
  const std::int64_t four = encoder_of(4), block = encoder_of(5) - four;
  EXPECT_NEAR(static_cast<double>(four + 28 * block), 1.0e8, 2e6);
}

TEST(VitUpernet, PoolsAsAdaptivePoolingDoes) {
  const at::Tensor map = at::randn({2, 3, 8, 8});
  for (const std::int64_t bins : {1, 2, 3, 6}) {
    const at::Tensor matrix = pooling_matrix(8, bins);
    EXPECT_LT(relative_difference(at::matmul(at::matmul(matrix, map), matrix.t()),
                                  at::adaptive_avg_pool2d(map, {bins, bins})),
              1e-6)
        << bins;
  }
}

TEST(VitUpernet, SaysWhatDoesNotFit) {
  const auto refusal = [](const std::string& settings) {
    return message_of([&] { make<Model>("satellite.vit_upernet", settings); });
  };
  EXPECT_THAT(refusal("{image_size: 48}"), HasSubstr("image_size 48 is no multiple of 32"));
  EXPECT_THAT(refusal("{depth: 4, levels: [0, 1, 2, 4]}"), HasSubstr("the blocks are 0 to 3"));
  EXPECT_THAT(refusal("{levels: [0, 2, 1, 3]}"), HasSubstr("four blocks in order"));
  EXPECT_THAT(refusal("{patch: 5}"), HasSubstr("not divisible by patch 5"));
  const auto model = make<Model>("satellite.vit_upernet", "{width: 12, decoder_width: 4}");
  model->train();
  Batch one;
  one.set("image", at::randn({1, 6, 32, 32}));
  EXPECT_THAT(message_of([&] { model->run(one); }), HasSubstr("set trainer.batch_size to 2"));
}

TEST(Rcf, WhitensPatchesAsNumpyDoes) {
  at::manual_seed(21);
  // Neighbours are alike, as pixels of photographs are.
  const at::Tensor patches = (at::randn({300, 27}).cumsum(1) + 5 * at::rand({300, 1})) * 40;
  for (const double epsilon : {0.001, 0.1}) {
    const auto theirs = warmstart::testing::torch_reference(
        "patch_filters.py", {{"patches", patches}}, {{"epsilon", epsilon}});
    ASSERT_FALSE(theirs.empty());
    EXPECT_LT(relative_difference(zca_whitened(patches, epsilon), theirs.at("whitened")), 1e-8);
  }
}

TEST(Rcf, TakesItsFiltersFromTheImagesOfTheFirstTrainingStepAlone) {
  at::manual_seed(22);
  const auto model = make<Model>(
      "satellite.rcf", "{in_channels: 2, classes: 3, filters: 40, kernel: 3, mode: empirical}");
  const auto filters = [&] { return model->named_buffers()["filters"].clone(); };
  Batch batch;
  batch.set("image", at::randn({4, 2, 9, 9}));
  model->eval();
  const at::Tensor before = filters();
  model->run(batch);
  EXPECT_TRUE(at::equal(filters(), before)) << "nothing is drawn of what is only looked at";
  model->train();
  at::manual_seed(23);
  model->run(batch);
  const at::Tensor drawn = filters();
  at::manual_seed(23);
  const at::Tensor patches = drawn_patches(batch.get("image"), 40, 3);
  at::Tensor expected = zca_whitened(patches.flatten(1), 0.001).view({40, 2, 3, 3});
  expected = expected / expected.flatten(1).norm(2, 1).view({-1, 1, 1, 1});
  EXPECT_LT(relative_difference(drawn, expected), 1e-5);
  bool found = false;  // a patch is a part of an image
  for (std::int64_t image = 0; image < 4; ++image) {
    for (std::int64_t row = 0; row < 7; ++row) {
      for (std::int64_t column = 0; column < 7; ++column)
        found = found || at::equal(patches[0], batch.get("image")[image].narrow(1, row, 3).narrow(
                                                   2, column, 3));
    }
  }
  EXPECT_TRUE(found);
  batch.set("image", at::randn({4, 2, 9, 9}));
  model->run(batch);
  EXPECT_TRUE(at::equal(filters(), drawn));
  batch.set("image", at::randn({4, 2, 2, 2}));
  const auto small = make<Model>("satellite.rcf", "{in_channels: 2, mode: empirical}");
  small->train();
  EXPECT_THAT(message_of([&] { small->run(batch); }), HasSubstr("smaller than a filter of 4"));
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
