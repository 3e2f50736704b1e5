// Multi-head self-attention and the pre-norm transformer block, written so that a trace keeps the
// batch size free. Inspectors see the weights through the tap "attention.weights" (B,H,T,T).
#pragma once
#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>

namespace warmstart {

struct AttentionOptions {
  std::int64_t width = 192, heads = 3;
  double dropout = 0;   ///< of attention weights while training
  bool bias = true;     ///< in both projections
  bool rotary = false;  ///< queries and keys are turned by their position
};

/// x (B,T,D) -> (B,T,D), D divisible by `heads`. Equals torch.nn.MultiheadAttention with in_proj =
/// `qkv`.
class MultiheadAttention final : public torch::nn::Module {
 public:
  /// `dropout`: of attention weights while training.
  MultiheadAttention(std::int64_t width, std::int64_t heads, double dropout = 0);
  explicit MultiheadAttention(const AttentionOptions& options);
  /// `bias`: added to the scores before the softmax, broadcast to (B,H,T,T); -inf hides a key.
  /// Undefined = none.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& bias = {});

 private:
  torch::nn::Linear qkv_{nullptr}, out_{nullptr};
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
