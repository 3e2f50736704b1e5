// A transformer block for sequences with the choices that language models differ in: where it
// normalises and how, its feed-forward part, rotary positions, experts.
#pragma once
#include <torch/nn/module.h>

#include <memory>
#include <string>

#include "core/layers/attention.h"
#include "core/layers/cross_attention.h"
#include "core/layers/feed_forward.h"
#include "core/layers/moe_feed_forward.h"
#include "core/layers/token_norm.h"

namespace warmstart {

struct SequenceBlockOptions {
  std::int64_t width = 64, heads = 4, head_width = 0, key_value_heads = 0, hidden = 256;
  bool scaled_attention = true;
  std::string norm = "layer";         ///< layer, rms
  double norm_epsilon = 0;            ///< see TokenNorm
  std::string norm_position = "pre";  ///< pre, post, sandwich, deepnorm
  double residual_scale = 1;          ///< of x in deepnorm: (2 L)^(1/4) with L blocks
  std::string feed_forward = "gelu";  ///< see FeedForward
  bool bias = true, query_key_norm = false;
  double dropout = 0;
  std::int64_t experts = 0, top_k = 2;  ///< 0 = one feed-forward part
  bool normalise_top_k = true;
  bool cross = false;  ///< between the two, attention to a memory
};

/// x (B,T,D) -> (B,T,D). With F attention or feed-forward and N a normalisation:
///   pre       x + F(N(x))
///   post      N(x + F(x))
///   sandwich  x + N'(F(N(x)))
///   deepnorm  N(scale x + F(x))     (Wang et al. 2022)
class SequenceBlock final : public torch::nn::Module {
 public:
  explicit SequenceBlock(const SequenceBlockOptions& options);
  /// `bias`, `extras`: see MultiheadAttention. Adds the router's losses to `loss`. `memory`: what a
  /// block with cross attention looks at.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& bias = {}, RouterLoss* loss = nullptr,
                     const AttentionExtras& extras = {}, const Memory* memory = nullptr);

 private:
  struct Part {  // one residual part's normalisations
    std::shared_ptr<TokenNorm> norm, after;
  };
  Part make_part(const std::string& name);
  template <class Inner>
  at::Tensor around(const Part& part, const at::Tensor& x, const Inner& inner);
  SequenceBlockOptions options_;
  Part part1_, part_cross_, part2_;
  std::shared_ptr<MultiheadAttention> attention_;
  std::shared_ptr<CrossAttention> cross_attention_;
  std::shared_ptr<FeedForward> feed_forward_;
  std::shared_ptr<MoeFeedForward> experts_;
};

}  // namespace warmstart
