#include "plugins/medical/components/volume_tensor.h"

#include <torch/nn/functional/upsampling.h>
#include <torch/types.h>

namespace warmstart::medical {
namespace {

namespace F = torch::nn::functional;

at::Tensor interpolate(const at::Tensor& batch, at::IntArrayRef size, bool linear) {
  auto options = F::InterpolateFuncOptions().size(size.vec());
  if (linear) return F::interpolate(batch, options.mode(torch::kTrilinear).align_corners(false));
  return F::interpolate(batch, options.mode(torch::kNearestExact));
}

}  // namespace

at::Tensor to_tensor(const Volume& volume) {
  const std::vector<float> ordered = to_canonical(volume.grid, volume.voxels);
  const Size3 size = canonical(volume.grid).size;
  return torch::tensor(at::ArrayRef<float>(ordered), at::kFloat).view({size[2], size[1], size[0]});
}

at::Tensor spacing_tensor(const Grid& grid) {
  const Vector3 spacing = canonical(grid).spacing();
  return torch::tensor({spacing[2], spacing[1], spacing[0]}, at::kDouble);
}

at::Tensor resample_linear(const at::Tensor& image, at::IntArrayRef size) {
  return interpolate(image.unsqueeze(0), size, true).squeeze(0);
}

at::Tensor resample_nearest(const at::Tensor& label, at::IntArrayRef size) {
  // Label numbers below 2^24 are exact as float.
  return interpolate(label.to(at::kFloat).unsqueeze(0).unsqueeze(0), size, false)
      .squeeze(0)
      .squeeze(0)
      .to(label.scalar_type());
}

}  // namespace warmstart::medical
