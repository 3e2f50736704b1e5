#include "plugins/satellite/components/resample.h"

#include <ATen/ATen.h>

#include <vector>

namespace warmstart::satellite {

at::Tensor resampled_image(const at::Tensor& image_CHW, std::int64_t size,
                           const std::string& interpolation, bool antialias) {
  const at::Tensor batch = image_CHW.to(at::kFloat).unsqueeze(0);
  const std::vector<std::int64_t> square{size, size};
  const bool shrinks = size < image_CHW.size(1) || size < image_CHW.size(2);
  at::Tensor resized;
  if (interpolation == "nearest") {
    resized = at::upsample_nearest2d(batch, square);
  } else if (interpolation == "bicubic") {
    resized = antialias && shrinks ? at::_upsample_bicubic2d_aa(batch, square, false)
                                   : at::upsample_bicubic2d(batch, square, false);
  } else {
    resized = antialias && shrinks ? at::_upsample_bilinear2d_aa(batch, square, false)
                                   : at::upsample_bilinear2d(batch, square, false);
  }
  return resized.squeeze(0);
}

}  // namespace warmstart::satellite
