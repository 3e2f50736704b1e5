// Squared errors where some targets are not known (NaN): pixels without data of a raster of
// numbers.
#pragma once
#include <ATen/ATen.h>

namespace warmstart::satellite {

/// Mean over the targets that are finite; 0 where none is.
inline at::Tensor known_squared_error(const at::Tensor& values, const at::Tensor& target) {
  const at::Tensor known = target.isfinite();
  if (known.all().item<bool>()) return at::mse_loss(values, target);
  const at::Tensor squared = (values - target.masked_fill(known.logical_not(), 0)).square();
  return squared.masked_fill(known.logical_not(), 0).sum() / known.sum().clamp_min(1);
}

}  // namespace warmstart::satellite
