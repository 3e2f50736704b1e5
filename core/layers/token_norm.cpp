#include "core/layers/token_norm.h"

#include <ATen/ATen.h>

#include "core/base/error.h"

namespace warmstart {
namespace {

constexpr double kLayerNormEpsilon = 1e-5, kRmsNormEpsilon = 1e-6;

}  // namespace

TokenNorm::TokenNorm(const std::string& kind, std::int64_t width, double epsilon)
    : epsilon_(epsilon > 0     ? epsilon
               : kind == "rms" ? kRmsNormEpsilon
                               : kLayerNormEpsilon) {
  if (kind != "layer" && kind != "rms") {
    throw Error("unknown token normalisation '" + kind + "'", "norm", "use layer or rms");
  }
  weight = register_parameter("weight", at::empty({width}));
  if (kind == "layer") bias = register_parameter("bias", at::empty({width}));
  reset_parameters();
}

void TokenNorm::reset_parameters() {
  const at::NoGradGuard no_gradients;
  weight.fill_(1.0);
  if (bias.defined()) bias.zero_();
}

at::Tensor TokenNorm::forward(const at::Tensor& x) const {
  if (bias.defined()) return at::layer_norm(x, {weight.size(0)}, weight, bias, epsilon_);
  return x * at::rsqrt(x.square().mean(-1, /*keepdim=*/true) + epsilon_) * weight;
}

}  // namespace warmstart
