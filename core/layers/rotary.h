// Rotary positions (Su et al. 2021): pairs of channels of a query or key are turned by an angle
// that grows with the token's position, so that their product knows only the distance. The
// attention layer calls it.
#pragma once
#include <ATen/core/Tensor.h>

namespace warmstart {

/// x (B,H,T,d), d even -> same shape. Channel i is paired with i + d/2 and turned by
/// t * base^(-2i/d), as in LLaMA's published weights.
at::Tensor rotate_by_position(const at::Tensor& x_BHTd, double base = 10000);

}  // namespace warmstart
