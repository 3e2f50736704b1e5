// A 3-D (or 2-D: one slice) image as the views draw it, borrowed from an open file. Strides say how
// the voxels lie there, so that a file in any order is drawn without a copy.
#pragma once
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/tensor_file.h"

namespace warmstart {

using Voxel = std::array<int, 3>;      ///< x, y, z
using Point3 = std::array<double, 3>;  ///< right, front, top (RAS+) in mm

enum class Plane { kAxial, kCoronal, kSagittal };  ///< of constant z, y, x
int acrossAxis(Plane plane);                       ///< 0 = x, 1 = y, 2 = z, from left to right
int downAxis(Plane plane);
int throughAxis(Plane plane);

enum class VoxelType {
  kUint8,
  kInt8,
  kUint16,
  kInt16,
  kUint32,
  kInt32,
  kUint64,
  kInt64,
  kFloat32,
  kFloat64
};
/// Nothing for the half-precision types, which no inspector writes as an image.
std::optional<VoxelType> voxelTypeOf(Dtype dtype);

struct Volume {
  std::array<int, 3> size{};             ///< x, y, z
  std::array<std::int64_t, 3> stride{};  ///< voxels from one to the next along x, y, z
  std::array<double, 3> spacing{1, 1, 1};
  bool millimetres = false;  ///< the spacing is known
  bool upward = false;       ///< y and z grow towards the top of the screen
  /// Unit vectors (right, front, top) along x, y and z, where the file says how the patient lay.
  std::optional<std::array<std::array<double, 3>, 3>> direction;
  std::optional<Point3> origin;  ///< the centre of voxel (0, 0, 0) in the patient
  VoxelType type = VoxelType::kFloat32;
  double slope = 1, intercept = 0;  ///< value = stored number * slope + intercept
  const std::byte* data = nullptr;  ///< of voxel (0, 0, 0)
  std::shared_ptr<const void> owner;

  bool valid() const { return data != nullptr; }
  std::int64_t voxels() const { return std::int64_t{size[0]} * size[1] * size[2]; }
  double at(const Voxel& voxel) const;
  double valueOf(double stored) const { return stored * slope + intercept; }
  /// Where a voxel lies in the patient; nothing where spacing, direction or origin is not known.
  std::optional<Point3> place(const Voxel& voxel) const;
};

/// Sample `sample` of an array with axes S C [D] H W (`channels` = true) or S [D] H W; not valid
/// when the array has not that shape.
Volume volumeOf(const std::shared_ptr<const void>& owner, const Array& array, int sample,
                bool channels);

/// The 1st and 99th percentile of about 100,000 voxels: a first grey window. Takes milliseconds and
/// more: not on the GUI thread.
std::array<double, 2> robustRange(const Volume& volume);

/// The letters of the directions in the patient that `direction` points to, the main one first:
/// "R", "PI" for an oblique one; "" for a vector of no length.
std::string patientLetters(const std::array<double, 3>& direction);

}  // namespace warmstart
