#include "core/layers/rotary.h"

#include <ATen/ATen.h>
#include <ATen/TracerMode.h>

#include <cmath>

#include "core/base/error.h"

namespace warmstart {

at::Tensor rotate_by_position(const at::Tensor& x_BHTd, double base) {
  const std::int64_t tokens = x_BHTd.size(-2), width = x_BHTd.size(-1);
  if (width % 2 != 0) {
    throw Error(
        "rotary positions need an even number of channels a head, got " + std::to_string(width),
        "attention", "choose width / heads even");
  }
  at::Tensor cosine, sine;
  {
    // The angles depend on the length alone: in a trace they are constants.
    const at::tracer::impl::NoTracerDispatchMode untraced;
    const at::Tensor rate = at::exp(at::arange(width / 2, at::kDouble) *
                                    (-2.0 * std::log(base) / static_cast<double>(width)));
    const at::Tensor angle = at::outer(at::arange(tokens, at::kDouble), rate);
    cosine = at::cos(angle).to(x_BHTd.options());
    sine = at::sin(angle).to(x_BHTd.options());
  }
  const at::Tensor low = x_BHTd.slice(-1, 0, width / 2), high = x_BHTd.slice(-1, width / 2);
  return at::cat({low * cosine - high * sine, high * cosine + low * sine}, -1);
}

}  // namespace warmstart
