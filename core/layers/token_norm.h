// The normalisation of a token's channels, by name: what sequence blocks use.
#pragma once
#include <torch/nn/module.h>

#include <string>

#include "core/layers/initialised.h"

namespace warmstart {

/// x (...,D) -> same. "layer": LayerNorm; "rms": x / sqrt(mean(x^2) + epsilon) times a learned
/// weight (Zhang and Sennrich 2019). Epsilon 0: 1e-5 for "layer", 1e-6 for "rms".
class TokenNorm final : public torch::nn::Module, public Initialised {
 public:
  TokenNorm(const std::string& kind, std::int64_t width, double epsilon = 0);
  at::Tensor forward(const at::Tensor& x) const;
  void reset_parameters() override;
  at::Tensor weight, bias;  ///< bias is undefined for "rms"

 private:
  double epsilon_;
};

}  // namespace warmstart
