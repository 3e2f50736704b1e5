#include "core/train/forward_cost.h"

#include <gtest/gtest.h>
#include <torch/nn.h>

#include "core/layers/attention.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

namespace nn = torch::nn;

const LayerCost* find_layer(const ForwardCost& cost, const std::string& path) {
  for (const LayerCost& layer : cost.layers) {
    if (layer.path == path) return &layer;
  }
  return nullptr;
}

nn::Sequential convolutions() {
  return nn::Sequential(nn::Conv2d(nn::Conv2dOptions(3, 8, 3).stride(2).padding(1)), nn::ReLU(),
                        nn::Conv2d(nn::Conv2dOptions(8, 12, {3, 1}).dilation(2)), nn::Flatten(),
                        nn::Linear(12 * 4 * 8, 5));
}

TEST(ForwardCost, CountsConvolutionsAndLinearLayersAsByHand) {
  nn::Sequential net = convolutions();
  const at::Tensor image = at::randn({2, 3, 16, 16});
  const ForwardCost cost =
      measure_forward({{"model", net.ptr().get()}}, [&] { net->forward(image); });
  ASSERT_EQ(cost.layers.size(), 3U);
  const LayerCost& first = cost.layers[0];
  EXPECT_EQ(first.path, "model.0");
  EXPECT_EQ(first.type, "Conv2d");
  EXPECT_EQ(first.output_shape, (std::vector<std::int64_t>{2, 8, 8, 8}));
  EXPECT_EQ(first.parameters, 8 * 3 * 9 + 8);
  EXPECT_EQ(first.macs, std::int64_t{2} * 8 * 8 * 8 * 3 * 9);
  EXPECT_EQ(first.activation_bytes, 2 * 8 * 8 * 8 * 4);
  EXPECT_EQ(cost.layers[1].output_shape, (std::vector<std::int64_t>{2, 12, 4, 8}));
  EXPECT_EQ(cost.layers[1].macs, std::int64_t{2} * 12 * 4 * 8 * 8 * 3);
  EXPECT_EQ(cost.layers[2].type, "Linear");
  EXPECT_EQ(cost.layers[2].macs, std::int64_t{2} * 5 * 12 * 4 * 8);
  EXPECT_EQ(cost.macs, cost.layers[0].macs + cost.layers[1].macs + cost.layers[2].macs);
  // Results that take memory: two convolutions, the activation, the linear layer; flattening is a
  // view.
  EXPECT_EQ(cost.activation_bytes, 4 * 2 * (8 * 8 * 8 * 2 + 12 * 4 * 8 + 5));
}

TEST(ForwardCost, CountsGroupedAndTransposedConvolutionsAsByHand) {
  nn::Conv3d grouped(nn::Conv3dOptions(4, 8, 3).groups(2).padding(1));
  const ForwardCost dense = measure_forward({{"model", grouped.ptr().get()}}, [&] {
    grouped->forward(at::randn({1, 4, 5, 6, 7}));
  });
  EXPECT_EQ(dense.macs, std::int64_t{8} * 5 * 6 * 7 * (4 / 2) * 27);
  nn::ConvTranspose2d up(nn::ConvTranspose2dOptions(6, 4, 2).stride(2));
  const ForwardCost grown = measure_forward({{"model", up.ptr().get()}}, [&] {
    up->forward(at::randn({3, 6, 5, 5}));
  });
  EXPECT_EQ(grown.macs, std::int64_t{3} * 6 * 5 * 5 * 4 * 2 * 2);
  EXPECT_EQ(grown.layers.at(0).output_shape, (std::vector<std::int64_t>{3, 4, 10, 10}));
}

TEST(ForwardCost, CountsATransformerBlockAsByHandAndNamesItsAttention) {
  constexpr std::int64_t kBatch = 2, kTokens = 7, kWidth = 12, kHeads = 3, kHidden = 24;
  TransformerBlockOptions options;
  options.width = kWidth;
  options.heads = kHeads;
  options.mlp_ratio = 2;
  TransformerBlock block(options);
  const at::Tensor x = at::randn({kBatch, kTokens, kWidth});
  const ForwardCost cost = measure_forward({{"model", &block}}, [&] { block.forward(x); });
  const LayerCost* attention = find_layer(cost, "model.attention");
  ASSERT_NE(attention, nullptr);
  EXPECT_EQ(attention->type, "MultiheadAttention");
  EXPECT_EQ(attention->parameters, 0);
  EXPECT_EQ(attention->macs, 2 * kBatch * kTokens * kTokens * kWidth);
  const LayerCost* qkv = find_layer(cost, "model.attention.qkv");
  ASSERT_NE(qkv, nullptr);
  EXPECT_EQ(qkv->macs, kBatch * kTokens * kWidth * 3 * kWidth);
  EXPECT_NE(find_layer(cost, "model.norm1"), nullptr);
  EXPECT_EQ(cost.macs,
            kBatch * kTokens * (4 * kWidth * kWidth + 2 * kTokens * kWidth + 2 * kWidth * kHidden));
}

TEST(ForwardCost, AgreesWithPyTorchsProfiler) {
  const at::Tensor image = at::randn({2, 3, 16, 16}), tokens = at::randn({2, 7, 12});
  const auto reference = torch_reference("torch_macs.py", {{"image", image}, {"tokens", tokens}},
                                         {{"heads", 3}, {"hidden", 24}});
  ASSERT_EQ(reference.size(), 2U);
  nn::Sequential net = convolutions();
  const ForwardCost convolution =
      measure_forward({{"model", net.ptr().get()}}, [&] { net->forward(image); });
  EXPECT_EQ(static_cast<double>(convolution.macs), reference.at("convolutions").item<double>());
  TransformerBlockOptions options;
  options.width = 12;
  options.heads = 3;
  options.mlp_ratio = 2;
  TransformerBlock block(options);
  const ForwardCost transformer =
      measure_forward({{"model", &block}}, [&] { block.forward(tokens); });
  EXPECT_EQ(static_cast<double>(transformer.macs), reference.at("block").item<double>());
}

TEST(ForwardCost, AModuleThatRunsTwiceIsOneLayerAndFrozenParametersDoNotTrain) {
  nn::Linear linear(4, 4);
  linear->weight.requires_grad_(false);
  const ForwardCost cost = measure_forward({{"model", linear.ptr().get()}}, [&] {
    linear->forward(linear->forward(at::randn({3, 4})));
  });
  ASSERT_EQ(cost.layers.size(), 1U);
  EXPECT_EQ(cost.layers[0].macs, 2 * 3 * 4 * 4);
  EXPECT_EQ(cost.layers[0].parameters, 20);
  EXPECT_EQ(cost.layers[0].trainable, 4);
}

TEST(ForwardCost, NothingIsHeardAfterwards) {
  nn::Linear linear(4, 4);
  EXPECT_THROW(measure_forward({{"model", linear.ptr().get()}},
                               [&] {
                                 linear->forward(at::randn({3, 5}));
                               }),
               c10::Error);
  linear->forward(at::randn({3, 4}));  // a listener that stayed would write into freed memory
  const ForwardCost cost = measure_forward({{"model", linear.ptr().get()}}, [&] {
    linear->forward(at::randn({1, 4}));
  });
  EXPECT_EQ(cost.macs, 16);
}

}  // namespace
}  // namespace warmstart::testing
