// Instance, batch or no normalisation over the spatial axes, with a form that counts visible sites
// only.
#pragma once
#include <torch/nn/module.h>

#include <string>

#include "core/layers/initialised.h"

namespace warmstart {

/// x (B,C,...) -> same shape, with a learned scale and shift a channel. `kind`: "instance",
/// "batch", "none". Batch normalisation keeps running statistics (momentum 0.1), as
/// torch.nn.BatchNorm3d.
class Normalisation final : public torch::nn::Module, public Initialised {
 public:
  Normalisation(const std::string& kind, std::int64_t channels, double epsilon = 1e-5);
  at::Tensor forward(const at::Tensor& x);
  /// With `active` (B,1,...; 1 = visible): statistics over visible sites alone, hidden sites stay
  /// zero. x must be zero at hidden sites (seed card 01: mean = sum(x*m)/sum(m), variance
  /// likewise).
  at::Tensor forward(const at::Tensor& x, const at::Tensor& active);
  void reset_parameters() override;

  at::Tensor weight, bias, running_mean, running_var;

 private:
  at::Tensor masked(const at::Tensor& x, const at::Tensor& active);
  void track(const at::Tensor& mean, const at::Tensor& variance, const at::Tensor& count);

  enum class Kind { kInstance, kBatch, kNone } kind_;
  double epsilon_;
};

}  // namespace warmstart
