#include "core/layers/rotary.h"

#include <ATen/ATen.h>
#include <ATen/TracerMode.h>

#include <cmath>

#include "core/base/error.h"

namespace warmstart {

RotationTable::RotationTable(std::int64_t longest, std::int64_t channels, double base) {
  if (channels % 2 != 0) {
    throw Error(
        "rotary positions need an even number of channels a head, got " + std::to_string(channels),
        "attention", "choose width / heads even");
  }
  const at::Tensor rate = at::exp(at::arange(channels / 2, at::kDouble) *
                                  (-2.0 * std::log(base) / static_cast<double>(channels)));
  const at::Tensor angle = at::outer(at::arange(longest, at::kDouble), rate);
  cosine = at::cos(angle);
  sine = at::sin(angle);
}

Rotation rotation_at(const RotationTable& table, const at::Tensor& positions_T,
                     const at::TensorOptions& options) {
  at::Tensor cosine, sine;
  {
    const at::tracer::impl::NoTracerDispatchMode untraced;  // a trace holds the tables as constants
    cosine = table.cosine.to(options);
    sine = table.sine.to(options);
  }
  return {cosine.index_select(0, positions_T), sine.index_select(0, positions_T)};
}

at::Tensor rotate(const at::Tensor& x_BHTd, const Rotation& rotation) {
  const std::int64_t half = x_BHTd.size(-1) / 2;
  const at::Tensor low = x_BHTd.slice(-1, 0, half), high = x_BHTd.slice(-1, half);
  return at::cat(
      {low * rotation.cosine - high * rotation.sine, high * rotation.cosine + low * rotation.sine},
      -1);
}

}  // namespace warmstart
