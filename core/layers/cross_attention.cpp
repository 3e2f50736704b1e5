#include "core/layers/cross_attention.h"

#include <ATen/ATen.h>

namespace warmstart {

CrossAttention::CrossAttention(const AttentionOptions& options)
    : options_(with_head_width(options)) {
  const auto linear = [&](std::int64_t in, std::int64_t out) {
    return torch::nn::Linear(torch::nn::LinearOptions(in, out).bias(options.bias));
  };
  const std::int64_t inner = options_.heads * options_.head_width;
  query_ = register_module("query", linear(options.width, inner));
  key_value_ = register_module("key_value", linear(options.width, 2 * inner));
  out_ = register_module("out", linear(inner, options.width));
}

at::Tensor CrossAttention::heads_of(const at::Tensor& y) const {
  return y.unflatten(-1, {options_.heads, options_.head_width}).transpose(1, 2);
}

AttentionHeads CrossAttention::project(const at::Tensor& x, const Memory& memory,
                                       LayerCache* cache) {
  const at::Tensor queries = heads_of(query_->forward(x));
  if (cache != nullptr && cache->memory_keys.defined())
    return {queries, cache->memory_keys, cache->memory_values, options_.scaled};
  const auto parts = key_value_->forward(memory.states).chunk(2, -1);
  const AttentionHeads made{queries, heads_of(parts[0]), heads_of(parts[1]), options_.scaled};
  if (cache != nullptr) {
    cache->memory_keys = made.keys;
    cache->memory_values = made.values;
  }
  return made;
}

at::Tensor CrossAttention::forward(const at::Tensor& x, const Memory& memory, LayerCache* cache) {
  return out_->forward(attend(project(x, memory, cache), memory.bias,
                              is_training() ? options_.dropout : 0, "attention.cross_weights"));
}

}  // namespace warmstart
