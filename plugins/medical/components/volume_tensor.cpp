#include "plugins/medical/components/volume_tensor.h"

#include <torch/nn/functional/upsampling.h>
#include <torch/types.h>

#include <cmath>

namespace warmstart::medical {
namespace {

namespace F = torch::nn::functional;

// The voxel whose centre is nearest to each centre of the resampled axis.
at::Tensor nearest_voxels(std::int64_t from, std::int64_t to) {
  const double scale = static_cast<double>(from) / static_cast<double>(to);
  return ((torch::arange(to, at::kDouble) + 0.5) * scale).floor().to(at::kLong).clamp(0, from - 1);
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

at::Tensor direction_tensor(const Grid& grid) {
  const Grid ordered = canonical(grid);
  const Vector3 spacing = ordered.spacing();
  const at::Tensor direction = torch::empty({3, 3}, at::kDouble);
  for (int axis = 0; axis < 3; ++axis) {
    for (int r = 0; r < 3; ++r)
      direction[2 - axis][r] = ordered.affine[4 * r + axis] / spacing[axis];
  }
  return direction;
}

at::Tensor origin_tensor(const Grid& grid) {
  const Vector3 corner = canonical(grid).world({0, 0, 0});
  return torch::tensor({corner[0], corner[1], corner[2]}, at::kDouble);
}

void move_origin(Sample& sample, const std::array<double, 3>& place) {
  Batch& fields = sample.fields;
  if (!fields.has("origin")) return;
  const at::Tensor voxels = torch::tensor({place[0], place[1], place[2]}, at::kDouble);
  const at::Tensor along = (voxels * fields.get("spacing")).unsqueeze(1) * fields.get("direction");
  fields.set("origin", fields.get("origin") + along.sum(0));
}

void forget_origin(Sample& sample) {
  if (sample.fields.has("origin"))
    sample.fields.set("origin", torch::full({3}, std::nan(""), at::kDouble));
}

at::Tensor resample_linear(const at::Tensor& image, at::IntArrayRef size) {
  auto options = F::InterpolateFuncOptions().size(size.vec()).mode(torch::kTrilinear);
  return F::interpolate(image.unsqueeze(0), options.align_corners(false)).squeeze(0);
}

at::Tensor resample_nearest(const at::Tensor& label, at::IntArrayRef size) {
  at::Tensor result = label;
  for (std::int64_t axis = 0; axis < 3; ++axis) {
    result = result.index_select(axis, nearest_voxels(label.size(axis), size[axis]));
  }
  return result;
}

}  // namespace warmstart::medical
