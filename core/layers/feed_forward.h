// The part of a transformer block that works on each token alone.
#pragma once
#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>

#include <string>

namespace warmstart {

/// The activation of a feed-forward part: "gelu" with the normal distribution's own integral,
/// "gelu_tanh" and "geglu_tanh" with the approximation that GPT-2 was trained with, "relu", and
/// "swiglu" with silu.
at::Tensor feed_forward_activation(const at::Tensor& x, const std::string& kind);
/// "swiglu" and "geglu_tanh".
bool feed_forward_is_gated(const std::string& kind);

/// x (...,D) -> (...,D). Gated: fc2(activation(gate(x)) * fc1(x)) (Shazeer 2020); else
/// fc2(activation(fc1(x))).
class FeedForward final : public torch::nn::Module {
 public:
  FeedForward(std::int64_t width, std::int64_t hidden, const std::string& kind, bool bias = true);
  at::Tensor forward(const at::Tensor& x);

 private:
  std::string kind_;
  torch::nn::Linear fc1_{nullptr}, fc2_{nullptr}, gate_{nullptr};
};

}  // namespace warmstart
