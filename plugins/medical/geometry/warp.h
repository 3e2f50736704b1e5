// A smooth random deformation of a volume: rotation, scale and an elastic part. Used by the
// transform medical.elastic; plain loops, because a loader thread must make a patch in a few
// milliseconds.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/random.h"
#include "plugins/medical/io/volume.h"

namespace warmstart::medical {

struct WarpSettings {
  double displacement = 3;  ///< voxels, largest of the elastic part
  std::int64_t knots = 5;   ///< control points along each axis
  double rotation = 0.2;    ///< radians, largest about each axis
  double scale = 0.1;       ///< largest change of size, as a share
};

/// Where each voxel of the result comes from: (x,y,z) voxel coordinates, x fastest.
struct Warp {
  Size3 size{};
  std::vector<std::array<float, 3>> from;
};
/// Rotation about the centre in mm (`spacing` along x, y, z), so that anisotropic volumes are not
/// sheared.
Warp draw_warp(const WarpSettings& settings, const Size3& size, const Vector3& spacing,
               Random& random);

/// Trilinear; outside, the outermost voxel.
void warp_linear(const Warp& warp, std::span<const float> in, std::span<float> out);
/// The nearest voxel; outside, 0.
void warp_nearest(const Warp& warp, std::span<const std::int64_t> in, std::span<std::int64_t> out);

}  // namespace warmstart::medical
