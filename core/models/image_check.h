// Checks of a batch of images before a network sees them, with errors that say what to change.
#pragma once
#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace warmstart {

/// "24x32x32"
std::string sizes_text(at::IntArrayRef sizes);

/// Error unless `image` is (B,channels,[D,]H,W) with `dims` spatial axes.
void check_image(const at::Tensor& image, std::int64_t dims, std::int64_t channels,
                 const std::string& model);

/// Error that states the needed padding unless every spatial axis of `image` is divisible by its
/// `stride`.
void check_divisible(const at::Tensor& image, const std::vector<std::int64_t>& stride,
                     const std::string& model);

}  // namespace warmstart
