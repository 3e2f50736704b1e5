// Images on another number of pixels.
#pragma once
#include <ATen/core/Tensor.h>

#include <string>

namespace warmstart::satellite {

/// (C,H,W) -> (C,size,size) with pixel centres aligned (torch.nn.functional.interpolate,
/// align_corners false). `interpolation`: nearest, bilinear, bicubic; `antialias` widens the kernel
/// where the image shrinks (bilinear and bicubic).
at::Tensor resampled_image(const at::Tensor& image_CHW, std::int64_t size,
                           const std::string& interpolation, bool antialias);

}  // namespace warmstart::satellite
