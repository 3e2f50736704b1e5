// Images on another number of pixels.
#pragma once
#include <ATen/core/Tensor.h>

#include <string>

#include "core/data/dataset.h"

namespace warmstart::satellite {

/// (C,H,W) -> (C,size,size) with pixel centres aligned (torch.nn.functional.interpolate,
/// align_corners false). `interpolation`: nearest, bilinear, bicubic; `antialias` widens the kernel
/// where the image shrinks (bilinear and bicubic).
at::Tensor resampled_image(const at::Tensor& image_CHW, std::int64_t size,
                           const std::string& interpolation, bool antialias);

/// Brings the sample's image to `size` x `size` pixels, and with it what belongs to its pixels: a
/// label (H,W) takes the nearest, a target (K,H,W) of numbers is resampled bilinearly over the
/// values that are known (NaN where they are less than half), and `geotransform` follows.
void resize_sample(Sample& sample, std::int64_t size, const std::string& interpolation,
                   bool antialias);

}  // namespace warmstart::satellite
