#include "core/layers/attention.h"

#include "core/inspect/inspector.h"
#include "core/layers/patch_embedding.h"
#include "core/layers/tap.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

TEST(Attention, EqualsPyTorchsMultiheadAttention) {
  at::manual_seed(1);
  MultiheadAttention attention(12, 3);
  const at::Tensor x = at::randn({2, 5, 12});
  at::Tensor weights;
  at::Tensor ours;
  {
    const TapScope scope([&](const std::string& name, const at::Tensor& tensor) {
      EXPECT_EQ(name, "attention.weights");
      weights = tensor;
    });
    ours = attention.forward(x);
  }
  NamedTensors given{{"x", x}};
  add_state(given, "state", attention);
  const auto theirs = torch_reference("torch_attention.py", given, {{"heads", 3}});
  EXPECT_LT(relative_difference(ours, theirs.at("y")), 1e-5);
  EXPECT_LT(relative_difference(weights, theirs.at("weights")), 1e-5);
}

TEST(Attention, HidesKeysThatTheBiasForbids) {
  at::manual_seed(2);
  MultiheadAttention attention(8, 2);
  at::Tensor bias = at::zeros({1, 1, 1, 4});
  bias.select(3, 2).fill_(-std::numeric_limits<float>::infinity());
  const at::Tensor x = at::randn({1, 4, 8});
  at::Tensor changed = x.clone();
  changed.select(1, 2).add_(3.0);
  const at::Tensor before = attention.forward(x, bias), after = attention.forward(changed, bias);
  for (const std::int64_t token : {0, 1, 3})
    EXPECT_TRUE(at::equal(before.select(1, token), after.select(1, token)));
}

TEST(Attention, RefusesHeadsThatDoNotDivideTheWidth) {
  EXPECT_EQ(error_of([] { MultiheadAttention(10, 3); }),
            "width 10 is not divisible by 3 heads; attention; choose heads that divide the width");
}

TEST(Attention, SineCosinePositionsDifferEverywhereOnTheGrid) {
  const at::Tensor positions = sincos_positions({3, 4, 2}, 26);
  ASSERT_EQ(positions.sizes(), (std::vector<std::int64_t>{24, 26}));
  const at::Tensor distance = at::cdist(positions, positions) + at::eye(24) * 10;
  EXPECT_GT(distance.min().item<double>(), 0.5);
  // Row-major order: the second site differs from the first in the last axis alone.
  EXPECT_TRUE(at::equal(positions[0].slice(0, 0, 16), positions[1].slice(0, 0, 16)));
  EXPECT_NEAR(positions[1][16].item<double>(), std::sin(1.0), 1e-6);
}

struct NoObjective final : Objective {
  Loss evaluate(const Batch&, Context&) override { return {}; }
};

Capture attention_of(const std::string& model, const std::string& settings, const Batch& watch,
                     const std::string& inspector = "{}") {
  at::manual_seed(4);
  const auto made = make<Model>(model, settings);
  made->eval();
  NoObjective objective;
  Context context{*made, 0, 0, 1, false};
  return make<Inspector>("attention", inspector)->capture(watch, {"a", "b"}, objective, context);
}

constexpr const char* kGpt = "{vocabulary: 11, width: 8, heads: 2, depth: 3, max_length: 5}";

Batch watched_tokens() {
  Batch batch;
  batch.set("tokens", at::arange(10, at::kLong).view({2, 5}));
  batch.set("attention_mask", at::tensor({1, 1, 1, 1, 1, 1, 1, 1, 0, 0}, at::kLong).view({2, 5}));
  return batch;
}

TEST(AttentionInspector, StoresTheWeightsOfEachLayerAsHalvesWithTheLengthsOfTheTexts) {
  const Capture capture = attention_of("gpt_decoder", kGpt, watched_tokens());
  ASSERT_EQ(capture.tensors.size(), 3U);
  EXPECT_EQ(capture.header["kind"], "attention");
  EXPECT_EQ(capture.header["lengths"], (Json{5, 3}));
  at::manual_seed(4);
  const auto model = make<Model>("gpt_decoder", kGpt);
  model->eval();
  std::vector<at::Tensor> tapped;
  {
    const TapScope scope([&](const std::string& name, const at::Tensor& weights) {
      if (name == "attention.weights") tapped.push_back(weights);
    });
    model->run(watched_tokens());
  }
  for (std::size_t layer = 0; layer < 3; ++layer) {
    EXPECT_EQ(capture.tensors[layer].first, "layer." + std::to_string(layer));
    const at::Tensor& stored = capture.tensors[layer].second;
    EXPECT_EQ(stored.scalar_type(), at::kHalf);
    EXPECT_EQ(stored.sizes(), (std::vector<std::int64_t>{2, 2, 5, 5}));
    EXPECT_LT((stored.to(at::kFloat) - tapped[layer]).abs().max().item<double>(), 5e-4);
  }
}

TEST(AttentionInspector, StoresTheNamedLayersAloneAndSaysWhichThereAre) {
  const Capture capture = attention_of("gpt_decoder", kGpt, watched_tokens(), "{layers: [2]}");
  ASSERT_EQ(capture.tensors.size(), 1U);
  EXPECT_EQ(capture.tensors[0].first, "layer.2");
  EXPECT_EQ(
      error_of([] { attention_of("gpt_decoder", kGpt, watched_tokens(), "{layers: [0, 3]}"); }),
      "the model's layers are 0 to 2; capture.layers; name each layer that exists once");
}

TEST(AttentionInspector, StoresTheGridAndThePictureWhereTokensArePatches) {
  Batch watch;
  watch.set("image", at::rand({2, 1, 8, 12}));
  const Capture capture = attention_of(
      "vit", "{in_channels: 1, image_size: [8, 12], patch: 4, width: 8, heads: 2, depth: 1}",
      watch);
  EXPECT_EQ(capture.header["patch_grid"], (Json{2, 3}));
  const std::map<std::string, at::Tensor> tensors(capture.tensors.begin(), capture.tensors.end());
  EXPECT_EQ(tensors.at("layer.0").sizes(), (std::vector<std::int64_t>{2, 2, 7, 7}));
  EXPECT_TRUE(tensors.at("image").equal(watch.get("image")));
}

}  // namespace
}  // namespace warmstart::testing
