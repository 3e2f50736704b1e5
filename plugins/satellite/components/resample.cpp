#include "plugins/satellite/components/resample.h"

#include <ATen/ATen.h>

#include <limits>
#include <vector>

#include "plugins/satellite/components/pixel_grid.h"

namespace warmstart::satellite {
namespace {

at::Tensor resampled_numbers(const at::Tensor& target_KHW, std::int64_t size, bool antialias) {
  const at::Tensor known = target_KHW.isfinite();
  const at::Tensor sum = resampled_image(target_KHW.masked_fill(known.logical_not(), 0), size,
                                         "bilinear", antialias),
                   share = resampled_image(known.to(at::kFloat), size, "bilinear", antialias);
  return (sum / share).masked_fill(share < 0.5, std::numeric_limits<double>::quiet_NaN());
}

}  // namespace

void resize_sample(Sample& sample, std::int64_t size, const std::string& interpolation,
                   bool antialias) {
  Batch& fields = sample.fields;
  const at::Tensor image = fields.get("image");
  follow_pixels(sample, old_of_resize(image.size(2), image.size(1), size));
  fields.set("image", resampled_image(image, size, interpolation, antialias));
  if (fields.has("label")) {
    const at::Tensor label = fields.get("label").to(at::kFloat).unsqueeze(0);
    fields.set("label", resampled_image(label, size, "nearest", false).squeeze(0).to(at::kLong));
  }
  if (fields.has("target") && fields.get("target").dim() == 3)
    fields.set("target", resampled_numbers(fields.get("target"), size, antialias));
}

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
