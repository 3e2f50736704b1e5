// Distances between the surfaces of two masks, in mm, and the two numbers made of them (seed card
// 01). Used by the metrics medical.hd95 and medical.asd.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "plugins/medical/io/volume.h"

namespace warmstart::medical {

/// From every surface voxel of one mask to the nearest surface voxel of the other. A surface voxel
/// is one of the mask with a face neighbour outside it; beyond the volume counts as outside. Both
/// empty when either mask is.
struct SurfaceDistances {
  std::vector<double> first_to_second, second_to_first;
  bool defined() const { return !first_to_second.empty() && !second_to_first.empty(); }
};

/// Masks (non-zero = inside), x fastest; spacing along x, y, z in mm.
SurfaceDistances surface_distances(std::span<const std::uint8_t> first,
                                   std::span<const std::uint8_t> second, const Size3& size,
                                   const Vector3& spacing);

/// 95th percentile (linear between ranks) of both directions pooled; NaN when undefined.
double hausdorff95(const SurfaceDistances& distances);
/// Sum of all distances over the number of surface voxels of both; NaN when undefined.
double average_surface_distance(const SurfaceDistances& distances);

}  // namespace warmstart::medical
