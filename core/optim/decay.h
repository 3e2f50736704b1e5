// Which parameters weight decay touches; shared by the optimizers.
#pragma once
#include <ATen/core/Tensor.h>

namespace warmstart {

inline constexpr const char* kDecayHelp =
    "decay one-dimensional parameters too (norms, biases), as PyTorch does by default";

/// `weight_decay`, or 0 for a one-dimensional parameter that is to be spared.
inline double decay_of(const at::Tensor& parameter, double weight_decay,
                       bool decay_norms_and_biases) {
  return decay_norms_and_biases || parameter.dim() > 1 ? weight_decay : 0.0;
}

}  // namespace warmstart
