#include "core/models/image_check.h"

#include "core/base/error.h"

namespace warmstart {

std::string sizes_text(at::IntArrayRef sizes) {
  std::string text;
  for (const std::int64_t size : sizes) text += (text.empty() ? "" : "x") + std::to_string(size);
  return text;
}

void check_image(const at::Tensor& image, std::int64_t dims, std::int64_t channels,
                 const std::string& model) {
  if (image.dim() != dims + 2) {
    throw Error("image has shape " + sizes_text(image.sizes()), "model " + model,
                "give batches of (B,C," + std::string(dims == 3 ? "D,H,W" : "H,W") +
                    ") or change model.dims");
  }
  if (image.size(1) != channels) {
    throw Error("image has " + std::to_string(image.size(1)) + " channels, the model takes " +
                    std::to_string(channels),
                "model " + model, "set model.in_channels: " + std::to_string(image.size(1)));
  }
}

void check_divisible(const at::Tensor& image, const std::vector<std::int64_t>& stride,
                     const std::string& model) {
  const at::IntArrayRef sizes = image.sizes().slice(2);
  std::vector<std::int64_t> padding;
  bool fits = true;
  for (std::size_t axis = 0; axis < stride.size(); ++axis) {
    padding.push_back((stride[axis] - sizes[axis] % stride[axis]) % stride[axis]);
    fits = fits && padding.back() == 0;
  }
  if (fits) return;
  throw Error("image of " + sizes_text(sizes) + " is not divisible by the total stride " +
                  sizes_text(stride),
              "model " + model,
              "pad by " + sizes_text(padding) + " (transform pad, mode reflect) or crop");
}

}  // namespace warmstart
