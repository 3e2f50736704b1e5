#include "core/layers/cross_attention.h"

#include <ATen/ATen.h>

namespace warmstart {

CrossAttention::CrossAttention(const AttentionOptions& options) : options_(options) {
  check_heads(options);
  const auto linear = [&](std::int64_t out) {
    return torch::nn::Linear(torch::nn::LinearOptions(options.width, out).bias(options.bias));
  };
  query_ = register_module("query", linear(options.width));
  key_value_ = register_module("key_value", linear(2 * options.width));
  out_ = register_module("out", linear(options.width));
}

at::Tensor CrossAttention::forward(const at::Tensor& x, const Memory& memory) {
  const auto heads_of = [&](const at::Tensor& y) {
    return y.unflatten(-1, {options_.heads, options_.width / options_.heads}).transpose(1, 2);
  };
  const auto parts = key_value_->forward(memory.states).chunk(2, -1);
  const double dropout = is_training() ? options_.dropout : 0;
  return out_->forward(
      attend({heads_of(query_->forward(x)), heads_of(parts[0]), heads_of(parts[1])}, memory.bias,
             dropout, "attention.cross_weights"));
}

}  // namespace warmstart
