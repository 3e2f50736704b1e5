#include "core/layers/token_positions.h"

#include <ATen/ATen.h>
#include <ATen/TracerMode.h>

namespace warmstart {

at::Tensor token_positions(const at::Tensor& x_BTD, std::int64_t first) {
  if (!at::tracer::impl::is_dispatch_enabled())
    return at::arange(first, first + x_BTD.size(1), x_BTD.options().dtype(at::kLong));
  const at::Tensor one_T = at::ones_like(x_BTD.select(0, 0).select(-1, 0), at::kLong);
  return at::cumsum(one_T, 0) + (first - 1);
}

}  // namespace warmstart
