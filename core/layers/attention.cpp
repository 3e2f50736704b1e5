#include "core/layers/attention.h"

#include <ATen/ATen.h>

#include <cmath>

#include "core/base/error.h"
#include "core/layers/tap.h"

namespace warmstart {

MultiheadAttention::MultiheadAttention(std::int64_t width, std::int64_t heads, double dropout)
    : width_(width), heads_(heads), dropout_(dropout) {
  if (width % heads != 0) {
    throw Error("width " + std::to_string(width) + " is not divisible by " + std::to_string(heads) +
                    " heads",
                "attention", "choose heads that divide the width");
  }
  qkv_ = register_module("qkv", torch::nn::Linear(width, 3 * width));
  out_ = register_module("out", torch::nn::Linear(width, width));
}

// B batch, T tokens, D width, H heads, d = D / H.
at::Tensor MultiheadAttention::forward(const at::Tensor& x, const at::Tensor& bias) {
  const std::int64_t tokens = x.size(1);
  const std::int64_t per_head = width_ / heads_;
  const at::Tensor qkv_3BHTd =
      qkv_->forward(x).reshape({-1, tokens, 3, heads_, per_head}).permute({2, 0, 3, 1, 4});
  const at::Tensor q = qkv_3BHTd.select(0, 0) * (1.0 / std::sqrt(static_cast<double>(per_head)));
  at::Tensor scores_BHTT = at::matmul(q, qkv_3BHTd.select(0, 1).transpose(-2, -1));
  if (bias.defined()) scores_BHTT = scores_BHTT + bias;
  at::Tensor weights_BHTT = at::softmax(scores_BHTT, -1);
  if (tapping()) tap("attention.weights", weights_BHTT);
  if (dropout_ > 0) weights_BHTT = at::dropout(weights_BHTT, dropout_, is_training());
  const at::Tensor mixed_BTD = at::matmul(weights_BHTT, qkv_3BHTd.select(0, 2))
                                   .transpose(1, 2)
                                   .reshape({-1, tokens, width_});
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
