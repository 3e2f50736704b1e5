// Analytic against numeric derivatives, in double precision, for every layer of ours and every
// objective.
#include "core/layers/attention.h"
#include "core/layers/conv_block.h"
#include "core/layers/patch_embedding.h"
#include "core/layers/sequence_stack.h"
#include "core/layers/token_positions.h"
#include "core/objectives/cubes.h"
#include "core/objectives/light_decoder.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

constexpr double kTolerance = 1e-6;

at::Tensor input(at::IntArrayRef shape) {
  return at::randn(shape, at::kDouble).set_requires_grad(true);
}

std::vector<at::Tensor> with(std::vector<at::Tensor> parameters, const at::Tensor& x) {
  parameters.push_back(x);
  return parameters;
}

/// Checks sum(weight * layer(x)) for random weights.
template <class Layer>
void expect_layer_gradients(Layer& layer, const at::Tensor& x,
                            const std::function<at::Tensor(const at::Tensor&)>& forward) {
  disturb(layer);
  layer.to(at::kDouble);
  at::Tensor weight;
  const auto scalar = [&] {
    const at::Tensor y = forward(x);
    if (!weight.defined()) weight = at::randn_like(y).detach();
    return (y * weight).sum();
  };
  EXPECT_LT(gradient_error(scalar, with(layer.parameters(), x)), kTolerance);
}

TEST(Gradients, OfConvolutionBlocksDenseAndSparse) {
  for (const char* norm : {"instance", "batch", "none"}) {
    at::manual_seed(1);
    ConvBlock block(
        {.dims = 2, .in = 2, .out = 3, .stride = {2, 2}, .norm = norm, .residual = true});
    const at::Tensor x = input({2, 2, 8, 8});
    expect_layer_gradients(block, x, [&](const at::Tensor& y) { return block.forward(y); });
    const at::Tensor mask =
        upsample_nearest(1.0 - hide_cubes(2, {2, 2}, 0.5, 1, at::kDouble), {2, 2});
    const at::Tensor in_mask = upsample_nearest(mask, {2, 2});
    expect_layer_gradients(block, x,
                           [&](const at::Tensor& y) { return block.forward(y * in_mask, mask); });
  }
}

TEST(Gradients, OfAttentionAndTransformerBlocks) {
  at::manual_seed(2);
  MultiheadAttention attention(6, 2);
  const at::Tensor x = input({2, 3, 6});
  expect_layer_gradients(attention, x, [&](const at::Tensor& y) { return attention.forward(y); });
  TransformerBlock block({.width = 6, .heads = 3, .mlp_ratio = 2});
  expect_layer_gradients(block, x, [&](const at::Tensor& y) { return block.forward(y); });
}

TEST(Gradients, OfTokenNormsAndFeedForwardParts) {
  at::manual_seed(12);
  const at::Tensor x = input({2, 3, 6});
  for (const char* kind : {"layer", "rms"}) {
    TokenNorm norm(kind, 6);
    expect_layer_gradients(norm, x, [&](const at::Tensor& y) { return norm.forward(y); });
  }
  for (const char* kind : {"gelu", "swiglu", "geglu_tanh"}) {
    FeedForward part(6, 8, kind);
    expect_layer_gradients(part, x, [&](const at::Tensor& y) { return part.forward(y); });
    MoeFeedForward experts({.width = 6, .hidden = 4, .experts = 3, .top_k = 2, .kind = kind});
    expect_layer_gradients(experts, x, [&](const at::Tensor& y) {
      RouterLoss loss;
      const at::Tensor out = experts.forward(y, &loss);
      return at::cat({out.flatten(), loss.balance.view(1), loss.z.view(1)});
    });
  }
}

TEST(Gradients, OfSequenceBlocks) {
  at::manual_seed(13);
  const at::Tensor x = input({2, 3, 8});
  for (const char* position : {"pre", "post", "sandwich", "deepnorm"}) {
    SequenceBlock block({.width = 8,
                         .heads = 2,
                         .hidden = 6,
                         .norm = "rms",
                         .norm_position = position,
                         .residual_scale = 1.5,
                         .feed_forward = "swiglu"});
    const RotationTable table(3, 4, 10000);
    expect_layer_gradients(block, x, [&](const at::Tensor& y) {
      const AttentionExtras turned{rotation_at(table, token_positions(y), y.options()), nullptr};
      return block.forward(y, causal_bias(y), nullptr, turned);
    });
  }
}

TEST(Gradients, OfPatchEmbedding) {
  at::manual_seed(3);
  PatchEmbedding embedding(3, 2, 2, 5);
  const at::Tensor x = input({1, 2, 4, 4, 2});
  expect_layer_gradients(embedding, x, [&](const at::Tensor& y) { return embedding.forward(y); });
}

TEST(Gradients, OfTheLightDecoder) {
  at::manual_seed(4);
  const auto model =
      std::dynamic_pointer_cast<Backbone>(make<Model>("unet", "{dims: 2, widths: [3, 4]}"));
  LightDecoder decoder(*model, 4, true);
  const at::Tensor fine = input({1, 3, 8, 8}), coarse = input({1, 4, 4, 4});
  const at::Tensor active = 1.0 - hide_cubes(1, {4, 4}, 0.5, 2, at::kDouble);
  expect_layer_gradients(decoder, fine, [&](const at::Tensor& y) {
    return decoder.forward({y, coarse}, active);
  });
}

void expect_objective_gradients(const std::string& model_type, const std::string& model_settings,
                                const std::string& type, const std::string& settings,
                                const Batch& batch) {
  at::manual_seed(5);
  const auto model = make<Model>(model_type, model_settings);
  const auto objective = make<Objective>(type, settings);
  objective->attach(*model, Json::object());
  disturb(*model);
  model->to(at::kDouble);
  objective->to(at::kDouble);
  std::vector<at::Tensor> parameters = model->parameters();
  for (const at::Tensor& parameter : objective->parameters()) parameters.push_back(parameter);
  Context context{.model = *model, .seed = 3};
  EXPECT_LT(
      gradient_error([&] { return objective->evaluate(batch, context).total; }, parameters, 1e-6),
      1e-5)
      << type << " on " << model_type;
}

Batch image_batch(at::IntArrayRef shape) {
  at::manual_seed(6);
  Batch batch;
  batch.set("image", at::randn(shape, at::kDouble));
  return batch;
}

TEST(Gradients, OfSegmentationLoss) {
  Batch batch = image_batch({2, 1, 4, 4, 4});
  batch.set("label", at::randint(3, {2, 4, 4, 4}, at::kLong));
  expect_objective_gradients("unet", "{widths: [2, 3], classes: 3}", "segmentation_loss",
                             "{focal: 0.5}", batch);
  Batch flat = image_batch({2, 1, 16, 16});
  flat.set("label", at::randint(3, {2, 16, 16}, at::kLong));
  expect_objective_gradients("unet",
                             "{dims: 2, widths: [2, 2, 3, 3], classes: 3, deep_supervision: true}",
                             "segmentation_loss", "{batch_dice: true, ignore_index: 2}", flat);
}

TEST(Gradients, OfNextTokenWithExperts) {
  at::manual_seed(14);
  Batch batch;
  batch.set("tokens", at::randint(0, 7, {2, 4}, at::kLong));
  expect_objective_gradients("gpt_decoder",
                             "{vocabulary: 7, width: 4, heads: 2, depth: 1, hidden: 4, "
                             "max_length: 4, experts: 2, top_k: 1}",
                             "next_token", "{balance_weight: 0.1, z_weight: 0.1}", batch);
}

TEST(Gradients, OfMaskedSparse) {
  expect_objective_gradients("unet", "{widths: [2, 3]}", "masked_sparse", "{decoder_width: 4}",
                             image_batch({2, 1, 4, 4, 4}));
  expect_objective_gradients("resnet", "{in_channels: 2, depths: [1, 1], width: 2}",
                             "masked_sparse", "{decoder_width: 4}", image_batch({2, 2, 8, 8}));
}

TEST(Gradients, OfMaskedRegression) {
  expect_objective_gradients(
      "vit", "{image_size: [8], patch: 2, width: 4, depth: 1, heads: 2, in_channels: 1}",
      "masked_regression", "{decoder_width: 4, decoder_depth: 1, decoder_heads: 1}",
      image_batch({2, 1, 8, 8}));
  expect_objective_gradients("unet", "{dims: 2, widths: [2, 3]}", "masked_regression",
                             "{ratio: 0.5, decoder_width: 4, error: l1, on: all}",
                             image_batch({2, 1, 8, 8}));
}

TEST(Gradients, OfCrossEntropy) {
  Batch batch = image_batch({3, 1, 4, 4});
  batch.set("class", at::tensor({0, 1, 1}, at::kLong));
  expect_objective_gradients("resnet", "{in_channels: 1, depths: [1], width: 3, classes: 2}",
                             "cross_entropy", "{label_smoothing: 0.1}", batch);
}

}  // namespace
}  // namespace warmstart::testing
