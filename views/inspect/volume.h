// A 3-D (or 2-D: one slice) image as the views draw it, borrowed from an open file, and its planes
// as pictures. Voxels are row-major (z, y, x), as captures store (D, H, W).
#pragma once
#include <QImage>
#include <array>
#include <memory>
#include <vector>

#include "core/base/tensor_file.h"

namespace warmstart {

using Voxel = std::array<int, 3>;  ///< x, y, z

enum class Plane { kAxial, kCoronal, kSagittal };  ///< of constant z, y, x
int acrossAxis(Plane plane);                       ///< 0 = x, 1 = y, 2 = z, from left to right
int downAxis(Plane plane);
int throughAxis(Plane plane);

struct Volume {
  std::array<int, 3> size{};  ///< x, y, z
  std::array<double, 3> spacing{1, 1, 1};
  bool millimetres = false;  ///< the spacing is known
  bool upward = false;       ///< y and z grow towards the top of the screen
  Dtype dtype = Dtype::kFloat32;
  const std::byte* data = nullptr;
  std::shared_ptr<const void> owner;

  bool valid() const { return data != nullptr; }
  double at(const Voxel& voxel) const;
};

/// Sample `sample` of an array with axes S C [D] H W (`channels` = true) or S [D] H W; not valid
/// when the array has not that shape.
Volume volumeOf(const std::shared_ptr<const void>& owner, const Array& array, int sample,
                bool channels);

/// Values of a plane in screen order: first row at the top.
std::vector<float> planeValues(const Volume& volume, Plane plane, int index);
/// The 1st and 99th percentile of about 100,000 voxels: a first grey window.
std::array<double, 2> robustRange(const Volume& volume);

}  // namespace warmstart
