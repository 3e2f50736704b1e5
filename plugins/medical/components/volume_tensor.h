// Volumes as tensors, for the datasets of this plugin. Spatial axes are D,H,W = z,y,x of the order
// closest to RAS+.
#pragma once
#include <ATen/core/Tensor.h>

#include <array>

#include "core/data/dataset.h"
#include "plugins/medical/io/volume.h"

namespace warmstart::medical {

/// (D,H,W) float, reordered.
at::Tensor to_tensor(const Volume& volume);
/// (3) float64, mm along D, H, W.
at::Tensor spacing_tensor(const Grid& grid);
/// (3,3) float64: a row for D, H, W each, the unit vector (right, front, top) along it.
at::Tensor direction_tensor(const Grid& grid);
/// (3) float64: where the centre of voxel (0,0,0) lies in the patient, RAS+ mm.
at::Tensor origin_tensor(const Grid& grid);
/// For a transform whose voxel (0,0,0) is the old image's `place` (voxels along D, H, W): "origin"
/// follows, where the sample has one. Call it while "spacing" and "direction" are the old ones.
void move_origin(Sample& sample, const std::array<double, 3>& place);
/// For a transform after which no single placement holds: "origin" becomes NaN, which says so and
/// keeps samples alike.
void forget_origin(Sample& sample);
/// Trilinear resampling of (C,D,H,W) to `size` (D,H,W); voxel centres of the outer faces stay
/// aligned.
at::Tensor resample_linear(const at::Tensor& image, at::IntArrayRef size);
/// Nearest-voxel resampling of (D,H,W).
at::Tensor resample_nearest(const at::Tensor& label, at::IntArrayRef size);

}  // namespace warmstart::medical
