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

at::Tensor CrossAttention::heads_of(const at::Tensor& y) const {
  return y.unflatten(-1, {options_.heads, options_.width / options_.heads}).transpose(1, 2);
}

AttentionHeads CrossAttention::project(const at::Tensor& x, const Memory& memory,
                                       LayerCache* cache) {
  const at::Tensor queries = heads_of(query_->forward(x));
  if (cache != nullptr && cache->memory_keys.defined())
    return {queries, cache->memory_keys, cache->memory_values};
  const auto parts = key_value_->forward(memory.states).chunk(2, -1);
  const AttentionHeads made{queries, heads_of(parts[0]), heads_of(parts[1])};
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
