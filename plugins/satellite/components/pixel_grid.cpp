#include "plugins/satellite/components/pixel_grid.h"

#include <ATen/ATen.h>

namespace warmstart::satellite {

void follow_pixels(Sample& sample, const PixelMove& to_old) {
  if (!sample.fields.has("geotransform")) return;
  const at::Tensor old = sample.fields.get("geotransform");
  const double* const g = old.data_ptr<double>();
  const auto& a = to_old;
  const std::array<double, 6> moved{
      g[0] + g[1] * a[0] + g[2] * a[3], g[1] * a[1] + g[2] * a[4], g[1] * a[2] + g[2] * a[5],
      g[3] + g[4] * a[0] + g[5] * a[3], g[4] * a[1] + g[5] * a[4], g[4] * a[2] + g[5] * a[5]};
  sample.fields.set("geotransform", at::tensor(at::ArrayRef<double>(moved), at::kDouble));
}

PixelMove old_of_crop(std::int64_t left, std::int64_t top) {
  return {static_cast<double>(left), 1, 0, static_cast<double>(top), 0, 1};
}

PixelMove old_of_mirror(std::int64_t width) { return {static_cast<double>(width), -1, 0, 0, 0, 1}; }

PixelMove old_of_quarter_turn(std::int64_t width) {
  return {static_cast<double>(width), 0, -1, 0, 1, 0};
}

PixelMove old_of_resize(std::int64_t width, std::int64_t height, std::int64_t size) {
  const auto edge = static_cast<double>(size);
  return {0, static_cast<double>(width) / edge, 0, 0, 0, static_cast<double>(height) / edge};
}

}  // namespace warmstart::satellite
