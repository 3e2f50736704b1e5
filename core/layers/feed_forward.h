// The part of a transformer block that works on each token alone.
#pragma once
#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>

#include <string>

namespace warmstart {

/// x (...,D) -> (...,D). "gelu": fc2(gelu(fc1(x))); "swiglu": fc2(silu(gate(x)) * fc1(x))
/// (Shazeer 2020).
class FeedForward final : public torch::nn::Module {
 public:
  FeedForward(std::int64_t width, std::int64_t hidden, const std::string& kind, bool bias = true);
  at::Tensor forward(const at::Tensor& x);

 private:
  torch::nn::Linear fc1_{nullptr}, fc2_{nullptr}, gate_{nullptr};
};

}  // namespace warmstart
