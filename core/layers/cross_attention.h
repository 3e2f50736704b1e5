// Attention of one sequence to another: a decoder's tokens look at what the encoder made of its
// input. Inspectors see the weights through the tap "attention.cross_weights" (B,H,T,S).
#pragma once
#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>

#include "core/layers/attention.h"

namespace warmstart {

/// What is looked at: (B,S,D), and a bias broadcast to (B,H,T,S) that hides padding.
struct Memory {
  at::Tensor states, bias;
};

/// x (B,T,D) -> (B,T,D). Equals torch.nn.MultiheadAttention with the queries of x and the keys and
/// values of the memory. `key_value_heads` and `query_key_norm` do not apply.
class CrossAttention final : public torch::nn::Module {
 public:
  explicit CrossAttention(const AttentionOptions& options);
  /// With a cache the memory's keys and values are made once and kept there.
  at::Tensor forward(const at::Tensor& x, const Memory& memory, LayerCache* cache = nullptr);

 private:
  at::Tensor heads_of(const at::Tensor& y) const;
  AttentionHeads project(const at::Tensor& x, const Memory& memory, LayerCache* cache);
  torch::nn::Linear query_{nullptr}, key_value_{nullptr}, out_{nullptr};
  AttentionOptions options_;
};

}  // namespace warmstart
