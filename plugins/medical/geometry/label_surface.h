// Closed triangle surfaces of the labels of a volume, for the window to draw. Made by the reader
// process (io/surface_stream.h): ITK's marching cubes over each label, then smoothed.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "plugins/medical/io/volume.h"

namespace warmstart::medical {

/// As it lies in memory and goes to the window: six floats.
struct SurfacePoint {
  std::array<float, 3> place;   ///< mm, as the grid's affine has it
  std::array<float, 3> normal;  ///< outwards, of length one
};
using SurfaceTriangle = std::array<std::uint32_t, 3>;  ///< points, anticlockwise from outside

struct LabelSurface {
  int label = 0;
  std::vector<SurfacePoint> points;
  /// Every edge belongs to two triangles (four where a label touches itself in an edge), at the
  /// border of the volume too.
  std::vector<SurfaceTriangle> triangles;
};

/// One for each label above 0 that occurs, rising. `labels`: i fastest, as many as the grid has
/// voxels. About `most_triangles` in all are not exceeded: labels that would need more than their
/// share are taken from a coarser grid, whose cells belong to a label that fills half of them, and
/// small labels are left whole. `progress` is told the share that is done.
std::vector<LabelSurface> label_surfaces(const Grid& grid, std::span<const std::uint16_t> labels,
                                         std::int64_t most_triangles,
                                         const std::function<void(double)>& progress);

}  // namespace warmstart::medical
