#include "core/layers/attention.h"

#include <ATen/ATen.h>
#include <ATen/TracerMode.h>

#include <cmath>

#include "core/base/error.h"
#include "core/layers/fused_attention.h"
#include "core/layers/tap.h"

namespace warmstart {

MultiheadAttention::MultiheadAttention(std::int64_t width, std::int64_t heads, double dropout)
    : MultiheadAttention(AttentionOptions{.width = width, .heads = heads, .dropout = dropout}) {}

AttentionOptions with_head_width(AttentionOptions options) {
  if (options.head_width > 0) return options;
  if (options.width % options.heads != 0) {
    throw Error("width " + std::to_string(options.width) + " is not divisible by " +
                    std::to_string(options.heads) + " heads",
                "attention", "choose heads that divide the width");
  }
  options.head_width = options.width / options.heads;
  return options;
}

// B batch, T tokens, S tokens seen, H heads, d channels of a head.
at::Tensor attend(const AttentionHeads& heads, const at::Tensor& bias, double dropout,
                  const char* tap_name) {
  const auto per_head = static_cast<double>(heads.queries.size(-1));
  const double scale = heads.scaled ? 1.0 / std::sqrt(per_head) : 1.0;
  // A tap wants the weights, and an exported file plain operations.
  if (!tapping() && !at::tracer::impl::is_dispatch_enabled()) {
    const at::Tensor fused_BHTd = fused_attention(heads, bias, dropout, scale);
    if (fused_BHTd.defined()) return fused_BHTd.transpose(1, 2).flatten(2);
  }
  const at::Tensor q_BHTd = heads.scaled ? heads.queries * scale : heads.queries;
  at::Tensor scores_BHTS = at::matmul(q_BHTd, heads.keys.transpose(-2, -1));
  if (bias.defined()) scores_BHTS = scores_BHTS + bias;
  at::Tensor weights_BHTS = at::softmax(scores_BHTS, -1);
  if (tapping()) tap(tap_name, weights_BHTS);
  if (dropout > 0) weights_BHTS = at::dropout(weights_BHTS, dropout, /*train=*/true);
  return at::matmul(weights_BHTS, heads.values).transpose(1, 2).flatten(2);
}

MultiheadAttention::MultiheadAttention(const AttentionOptions& options)
    : options_(with_head_width(options)) {
  if (options_.key_value_heads == 0) options_.key_value_heads = options_.heads;
  if (options_.heads % options_.key_value_heads != 0) {
    throw Error(std::to_string(options.heads) + " heads cannot share " +
                    std::to_string(options.key_value_heads) + " key-value heads evenly",
                "model.key_value_heads", "choose a divisor of the heads");
  }
  const auto linear = [&](std::int64_t in, std::int64_t out) {
    return torch::nn::Linear(torch::nn::LinearOptions(in, out).bias(options.bias));
  };
  const std::int64_t query_width = options_.heads * options_.head_width,
                     key_width = options_.key_value_heads * options_.head_width;
  qkv_ = register_module("qkv", linear(options.width, query_width + 2 * key_width));
  out_ = register_module("out", linear(query_width, options.width));
  if (!options.query_key_norm) return;
  const auto norm = [&](std::int64_t width) {
    return std::make_shared<TokenNorm>("rms", width, options.norm_epsilon);
  };
  query_norm_ = register_module("query_norm", norm(query_width));
  key_norm_ = register_module("key_norm", norm(key_width));
}

AttentionHeads MultiheadAttention::project(const at::Tensor& x, const AttentionExtras& extras) {
  const std::int64_t groups = options_.key_value_heads;
  const auto heads_of = [&](const at::Tensor& y, std::int64_t heads) {
    return y.unflatten(-1, {heads, options_.head_width}).transpose(1, 2);
  };
  const std::int64_t key_width = groups * options_.head_width;
  const auto parts = qkv_->forward(x).split_with_sizes(
      {options_.heads * options_.head_width, key_width, key_width}, -1);
  AttentionHeads made{
      heads_of(query_norm_ ? query_norm_->forward(parts[0]) : parts[0], options_.heads),
      heads_of(key_norm_ ? key_norm_->forward(parts[1]) : parts[1], groups),
      heads_of(parts[2], groups)};
  if (extras.rotation.cosine.defined()) {
    made.queries = rotate(made.queries, extras.rotation);
    made.keys = rotate(made.keys, extras.rotation);
  }
  if (LayerCache* cache = extras.cache) {
    if (cache->keys.defined()) {
      made.keys = at::cat({cache->keys, made.keys}, 2);
      made.values = at::cat({cache->values, made.values}, 2);
    }
    cache->keys = made.keys;
    cache->values = made.values;
  }
  return made;
}

at::Tensor MultiheadAttention::for_heads(const at::Tensor& x_BGSd) const {
  const std::int64_t groups = options_.key_value_heads;
  if (groups == options_.heads) return x_BGSd;
  at::Tensor group_H;
  {
    const at::tracer::impl::NoTracerDispatchMode untraced;  // the same for every input
    group_H = at::arange(groups, x_BGSd.options().dtype(at::kLong))
                  .repeat_interleave(options_.heads / groups);
  }
  return x_BGSd.index_select(1, group_H);
}

at::Tensor MultiheadAttention::forward(const at::Tensor& x, const at::Tensor& bias,
                                       const AttentionExtras& extras) {
  const AttentionHeads made = project(x, extras);
  return out_->forward(
      attend({made.queries, for_heads(made.keys), for_heads(made.values), options_.scaled}, bias,
             is_training() ? options_.dropout : 0, "attention.weights"));
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
