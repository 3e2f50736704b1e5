#include "core/layers/attention.h"

#include <gmock/gmock.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/inspect/inspector.h"
#include "core/layers/patch_embedding.h"
#include "core/layers/tap.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::HasSubstr;

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

/// With LibTorch 2.1 and later the first are of its fused operation.
TEST(Attention, GivesWithoutATapWhatItGivesWithOne) {
  at::manual_seed(3);
  const auto heads = [] { return at::randn({2, 3, 5, 4}).set_requires_grad(true); };
  at::Tensor hidden = at::zeros({2, 1, 1, 5});
  hidden[1][0][0].slice(0, 3).fill_(-1e9);
  const at::Tensor later = at::full({5, 5}, -INFINITY).triu(1);
  const at::Tensor biases[] = {{}, later.view({1, 1, 5, 5}), hidden, at::randn({1, 3, 5, 5})};
  for (const at::Tensor& bias : biases) {
    for (const bool scaled : {true, false}) {
      const AttentionHeads given{heads(), heads(), heads(), scaled};
      const auto values = [&] {
        const at::Tensor y = attend(given, bias, 0, "attention.weights");
        auto all =
            torch::autograd::grad({y.square().sum()}, {given.queries, given.keys, given.values});
        all.push_back(y.detach());
        return all;
      };
      const auto alone = values();
      bool heard = false;
      const TapScope listening([&](const std::string&, const at::Tensor&) { heard = true; });
      const auto tapped = values();
      EXPECT_TRUE(heard);
      for (std::size_t i = 0; i < alone.size(); ++i)
        EXPECT_LT(relative_difference(alone[i], tapped[i]), 1e-5) << i << scaled;
    }
  }
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

Batch watched_pairs() {
  Batch batch = watched_tokens();
  batch.set("decoder_tokens", at::tensor({0, 1, 2, 0, 3, 0}, at::kLong).view({2, 3}));
  batch.set("target", at::tensor({1, 2, 4, 3, 5, -100}, at::kLong).view({2, 3}));
  return batch;
}

constexpr const char* kT5 =
    "{vocabulary: 11, width: 8, heads: 2, depth: 2, decoder_depth: 3, max_length: 5}";

TEST(AttentionInspector, TellsTheStacksOfAnEncoderDecoderApart) {
  const auto of = [](const char* stack) {
    return attention_of("t5_encoder_decoder", kT5, watched_pairs(),
                        "{of: " + std::string(stack) + "}");
  };
  const Capture encoder = of("encoder"), decoder = of("decoder"), cross = of("cross");
  ASSERT_EQ(encoder.tensors.size(), 2U);
  ASSERT_EQ(decoder.tensors.size(), 3U);
  ASSERT_EQ(cross.tensors.size(), 3U);
  EXPECT_EQ(encoder.tensors[0].second.sizes(), (std::vector<std::int64_t>{2, 2, 5, 5}));
  EXPECT_EQ(decoder.tensors[0].first, "layer.0");
  EXPECT_EQ(decoder.tensors[0].second.sizes(), (std::vector<std::int64_t>{2, 2, 3, 3}));
  EXPECT_EQ(decoder.tensors[0].second[0][0][0][1].item<double>(), 0.0) << "it sees no later token";
  EXPECT_EQ(cross.tensors[0].second.sizes(), (std::vector<std::int64_t>{2, 2, 3, 5}));
  EXPECT_EQ(encoder.header["lengths"], (Json{5, 3}));
  EXPECT_EQ(decoder.header["lengths"], (Json{3, 2}));
  EXPECT_EQ(cross.header["lengths"], (Json{5, 3}));
  EXPECT_EQ(cross.header["query_lengths"], (Json{3, 2}));
  EXPECT_THAT(error_of([&] { of("self"); }),
              HasSubstr("capture.of; name one: encoder, decoder or cross"));
  EXPECT_THAT(
      error_of([] { attention_of("gpt_decoder", kGpt, watched_tokens(), "{of: decoder}"); }),
      HasSubstr("use of: self for a model with one stack"));
}

TEST(AttentionInspector, NamesTheTokensOfEachSide) {
  struct Letters final : Dataset {
    std::int64_t size() const override { return 2; }
    Sample get(std::int64_t) const override { return {}; }
    Json facts() const override { return {}; }
    std::string token_text(std::int64_t token) const override {
      return std::string(1, static_cast<char>('a' + token));
    }
  } letters;
  const auto captured = [&](const char* model, const std::string& settings, const char* of) {
    const auto made = make<Model>(model, settings);
    made->eval();
    NoObjective objective;
    Context context{*made, 0, 0, 1, false};
    const auto inspector = make<Inspector>("attention", "{of: " + std::string(of) + "}");
    inspector->attach(letters);
    return inspector->capture(watched_pairs(), {"a", "b"}, objective, context).header;
  };
  const Json input{"a", "b", "c", "d", "e"}, target{"a", "b", "c"};
  const auto expect = [](const Json& header, const Json& queries, const Json& keys) {
    EXPECT_EQ(header["query_tokens"][0], queries);
    EXPECT_EQ(header["key_tokens"][0], keys);
  };
  expect(captured("t5_encoder_decoder", kT5, "encoder"), input, input);
  expect(captured("t5_encoder_decoder", kT5, "decoder"), target, target);
  expect(captured("t5_encoder_decoder", kT5, "cross"), target, input);
  // A decoder with a prefix reads input and target in one row, of which its attention is.
  const Json row = captured(
      "gpt_decoder", "{vocabulary: 11, width: 8, heads: 2, depth: 1, max_length: 8, mask: prefix}",
      "self");
  const Json expected{"a", "b", "c", "d", "e", "b", "c"};
  expect(row, expected, expected);
  EXPECT_EQ(row["lengths"], (Json{7, 4}));
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
