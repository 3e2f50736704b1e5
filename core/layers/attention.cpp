#include "core/layers/attention.h"

#include <ATen/ATen.h>

#include <cmath>

#include "core/base/error.h"
#include "core/layers/rotary.h"
#include "core/layers/tap.h"

namespace warmstart {

MultiheadAttention::MultiheadAttention(std::int64_t width, std::int64_t heads, double dropout)
    : MultiheadAttention(AttentionOptions{.width = width, .heads = heads, .dropout = dropout}) {}

MultiheadAttention::MultiheadAttention(const AttentionOptions& options) : options_(options) {
  if (options.width % options.heads != 0) {
    throw Error("width " + std::to_string(options.width) + " is not divisible by " +
                    std::to_string(options.heads) + " heads",
                "attention", "choose heads that divide the width");
  }
  const auto linear = [&](std::int64_t out) {
    return torch::nn::Linear(torch::nn::LinearOptions(options.width, out).bias(options.bias));
  };
  qkv_ = register_module("qkv", linear(3 * options.width));
  out_ = register_module("out", linear(options.width));
}

// B batch, T tokens, D width, H heads, d = D / H.
at::Tensor MultiheadAttention::forward(const at::Tensor& x, const at::Tensor& bias) {
  const std::int64_t tokens = x.size(1);
  const std::int64_t per_head = options_.width / options_.heads;
  const at::Tensor qkv_3BHTd =
      qkv_->forward(x).reshape({-1, tokens, 3, options_.heads, per_head}).permute({2, 0, 3, 1, 4});
  at::Tensor q_BHTd = qkv_3BHTd.select(0, 0), k_BHTd = qkv_3BHTd.select(0, 1);
  if (options_.rotary) {
    q_BHTd = rotate_by_position(q_BHTd);
    k_BHTd = rotate_by_position(k_BHTd);
  }
  q_BHTd = q_BHTd * (1.0 / std::sqrt(static_cast<double>(per_head)));
  at::Tensor scores_BHTT = at::matmul(q_BHTd, k_BHTd.transpose(-2, -1));
  if (bias.defined()) scores_BHTT = scores_BHTT + bias;
  at::Tensor weights_BHTT = at::softmax(scores_BHTT, -1);
  if (tapping()) tap("attention.weights", weights_BHTT);
  if (options_.dropout > 0)
    weights_BHTT = at::dropout(weights_BHTT, options_.dropout, is_training());
  const at::Tensor mixed_BTD = at::matmul(weights_BHTT, qkv_3BHTd.select(0, 2))
                                   .transpose(1, 2)
                                   .reshape({-1, tokens, options_.width});
  return out_->forward(mixed_BTD);
}

TransformerBlock::TransformerBlock(const TransformerBlockOptions& options)
    : dropout_(options.dropout) {
  const std::int64_t width = options.width;
  const auto hidden =
      static_cast<std::int64_t>(std::llround(static_cast<double>(width) * options.mlp_ratio));
  norm1_ = register_module("norm1", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
  attention_ = register_module(
      "attention", std::make_shared<MultiheadAttention>(width, options.heads, options.dropout));
  norm2_ = register_module("norm2", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
  fc1_ = register_module("fc1", torch::nn::Linear(width, hidden));
  fc2_ = register_module("fc2", torch::nn::Linear(hidden, width));
}

at::Tensor TransformerBlock::forward(const at::Tensor& x, const at::Tensor& bias) {
  const auto drop = [this](const at::Tensor& y) {
    return dropout_ > 0 ? at::dropout(y, dropout_, is_training()) : y;
  };
  const at::Tensor mixed = x + drop(attention_->forward(norm1_->forward(x), bias));
  return mixed + drop(fc2_->forward(at::gelu(fc1_->forward(norm2_->forward(mixed)))));
}

}  // namespace warmstart
