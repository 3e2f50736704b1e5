// Multi-head self-attention and the pre-norm transformer block, written so that a trace keeps the
// batch size free. Inspectors see the weights through the tap "attention.weights" (B,H,T,T).
#pragma once
#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>

#include "core/layers/rotary.h"
#include "core/layers/token_norm.h"

namespace warmstart {

struct AttentionOptions {
  std::int64_t width = 192, heads = 3;
  std::int64_t head_width = 0;       ///< channels of a head; 0 = width / heads
  std::int64_t key_value_heads = 0;  ///< each serves heads / key_value_heads queries; 0 = heads
  double dropout = 0;                ///< of attention weights while training
  bool bias = true;                  ///< in both projections
  bool scaled = true;                ///< scores are divided by the root of a head's channels
  /// RMS norm over all channels of the queries and of the keys (OLMoE, Muennighoff et al. 2024).
  bool query_key_norm = false;
  double norm_epsilon = 0;  ///< of that norm; see TokenNorm
};

/// Keys and values of the tokens that a layer has seen, (B,G,S,d) with G key-value heads, and of
/// the memory that its cross attention looks at; undefined before the first.
struct LayerCache {
  at::Tensor keys, values, memory_keys, memory_values;
};

/// What attention over a sequence may need beside it.
struct AttentionExtras {
  Rotation rotation;            ///< queries and keys are turned by it
  LayerCache* cache = nullptr;  ///< earlier tokens, seen too; the sequence's own are added
};

/// Queries (B,H,T,d), keys and values (B,H,S,d).
struct AttentionHeads {
  at::Tensor queries, keys, values;
  bool scaled = true;  ///< see AttentionOptions
};

/// Dot-product attention -> (B,T,H*d). `bias`: see MultiheadAttention. `dropout`: of the weights,
/// now. The weights go to the tap of that name; where none listens they may never be made
/// (fused_attention.h).
at::Tensor attend(const AttentionHeads& heads, const at::Tensor& bias, double dropout,
                  const char* tap_name);

/// The options with the head_width that they mean. Error where 0 means none, because the heads do
/// not divide the width.
AttentionOptions with_head_width(AttentionOptions options);

/// x (B,T,D) -> (B,T,D). Equals torch.nn.MultiheadAttention with in_proj =
/// `qkv`. Fewer key-value heads than heads: grouped queries (Ainslie et al. 2023).
class MultiheadAttention final : public torch::nn::Module {
 public:
  /// `dropout`: of attention weights while training.
  MultiheadAttention(std::int64_t width, std::int64_t heads, double dropout = 0);
  explicit MultiheadAttention(const AttentionOptions& options);
  /// `bias`: added to the scores before the softmax, broadcast to (B,H,T,S) with S the tokens seen;
  /// -inf hides a key. Undefined = none.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& bias = {},
                     const AttentionExtras& extras = {});

 private:
  /// Keys and values of each key-value head: (B,G,S,d).
  AttentionHeads project(const at::Tensor& x, const AttentionExtras& extras);
  /// Each head's own copy of its group's keys or values: (B,H,S,d).
  at::Tensor for_heads(const at::Tensor& x_BGSd) const;
  torch::nn::Linear qkv_{nullptr}, out_{nullptr};
  std::shared_ptr<TokenNorm> query_norm_, key_norm_;
  AttentionOptions options_;
};

struct TransformerBlockOptions {
  std::int64_t width = 192, heads = 3;
  double mlp_ratio = 4;  ///< hidden units of the MLP / width
  double dropout = 0;
};

/// x + attention(norm(x)), then x + MLP(norm(x)) with GELU: (B,T,D) -> (B,T,D).
class TransformerBlock final : public torch::nn::Module {
 public:
  explicit TransformerBlock(const TransformerBlockOptions& options);
  at::Tensor forward(const at::Tensor& x, const at::Tensor& bias = {});

 private:
  std::shared_ptr<MultiheadAttention> attention_;
  torch::nn::LayerNorm norm1_{nullptr}, norm2_{nullptr};
  torch::nn::Linear fc1_{nullptr}, fc2_{nullptr};
  double dropout_;
};

}  // namespace warmstart
