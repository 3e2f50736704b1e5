// A 3-D image as plain values: voxels, and where they lie in the patient. Made by the readers of
// this folder, turned into tensors by the datasets. World coordinates are RAS+ millimetres (x to
// the right, y forward, z up), as NIfTI's.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace warmstart::medical {

using Size3 = std::array<std::int64_t, 3>;
using Vector3 = std::array<double, 3>;

/// A NIfTI header's own placement, kept so that what is written back has the very same bits.
struct NiftiForms {
  std::int16_t qform_code = 0, sform_code = 0;
  std::array<float, 4> pixdim{};      ///< qfac, then the spacings
  std::array<float, 3> quaternion{};  ///< b, c, d
  std::array<float, 3> offset{};
  std::array<float, 12> srow{};
  std::uint8_t units = 2;  ///< xyzt_units; 2 = mm
};

/// The lattice of a volume in stored order (index i runs fastest).
struct Grid {
  Size3 size{};
  /// Row-major 3x4: (i,j,k,1) to RAS+ mm.
  std::array<double, 12> affine{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};
  std::optional<NiftiForms> forms;

  std::int64_t voxels() const { return size[0] * size[1] * size[2]; }
  Vector3 spacing() const;  ///< mm along i, j, k
  Vector3 world(const Vector3& index) const;
};

/// Values are in stored order, after the file's own slope and intercept.
struct Volume {
  std::string name;
  Grid grid;
  std::vector<float> voxels;
};

/// Which stored axis lies closest to each world axis, and whether it runs against it.
struct Orientation {
  std::array<int, 3> axis{0, 1, 2};
  std::array<bool, 3> flip{false, false, false};
};
Orientation closest_orientation(const Grid& grid);

/// The grid after reordering axes to the closest RAS+ order; its voxels are those of reorder().
Grid canonical(const Grid& grid);

/// Stored order to canonical order: the result, row-major (z,y,x), is what tensors hold as (D,H,W).
template <class T>
std::vector<T> to_canonical(const Grid& grid, const std::vector<T>& stored);
/// The way back: `ordered` has canonical(grid)'s size.
template <class T>
std::vector<T> from_canonical(const Grid& grid, const std::vector<T>& ordered);

/// "" when both grids place every voxel alike within `tolerance_mm` (looked at in the eight
/// corners), else the first difference with both numbers: "spacing 1x1x3 vs 1x1x2.5 mm".
std::string grid_difference(const Grid& first, const Grid& second, double tolerance_mm);

/// "1x1x2.5"
std::string by_x(const Vector3& numbers);
std::string by_x(const Size3& numbers);

}  // namespace warmstart::medical
