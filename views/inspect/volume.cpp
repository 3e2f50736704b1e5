#include "views/inspect/volume.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "views/inspect/voxel_reader.h"

namespace warmstart {

int acrossAxis(Plane plane) { return plane == Plane::kSagittal ? 1 : 0; }
int downAxis(Plane plane) { return plane == Plane::kAxial ? 1 : 2; }
int throughAxis(Plane plane) { return 2 - static_cast<int>(plane); }

std::optional<VoxelType> voxelTypeOf(Dtype dtype) {
  switch (dtype) {
    case Dtype::kBool:
    case Dtype::kUint8:
      return VoxelType::kUint8;
    case Dtype::kInt8:
      return VoxelType::kInt8;
    case Dtype::kInt16:
      return VoxelType::kInt16;
    case Dtype::kInt32:
      return VoxelType::kInt32;
    case Dtype::kInt64:
      return VoxelType::kInt64;
    case Dtype::kFloat32:
      return VoxelType::kFloat32;
    case Dtype::kFloat64:
      return VoxelType::kFloat64;
    default:
      return std::nullopt;
  }
}

std::optional<Point3> Volume::place(const Voxel& voxel) const {
  if (!millimetres || !direction || !origin) return std::nullopt;
  Point3 place = *origin;
  for (std::size_t axis = 0; axis < 3; ++axis)
    for (std::size_t r = 0; r < 3; ++r)
      place[r] += voxel[axis] * spacing[axis] * (*direction)[axis][r];
  return place;
}

double Volume::at(const Voxel& voxel) const {
  const std::int64_t place = voxel[0] * stride[0] + voxel[1] * stride[1] + voxel[2] * stride[2];
  double value = 0;
  withVoxels(*this, [&](auto read) { value = static_cast<double>(read[place]); });
  return valueOf(value);
}

Volume volumeOf(const std::shared_ptr<const void>& owner, const Array& array, int sample,
                bool channels) {
  const std::size_t leading = channels ? 2 : 1;
  const std::size_t dims = array.shape.size() - std::min(leading, array.shape.size());
  if ((dims != 2 && dims != 3) || sample < 0 || sample >= array.shape[0]) return {};
  const auto extent = [&](std::size_t i) { return static_cast<int>(array.shape[leading + i]); };
  Volume volume;
  volume.size = dims == 3 ? std::array<int, 3>{extent(2), extent(1), extent(0)}
                          : std::array<int, 3>{extent(1), extent(0), 1};
  volume.stride = {1, volume.size[0], std::int64_t{volume.size[0]} * volume.size[1]};
  const std::optional<VoxelType> type = voxelTypeOf(array.dtype);
  if (!type || volume.voxels() <= 0 || (channels && array.shape[1] <= 0)) return {};
  volume.type = *type;
  const std::size_t step = array.data.size() / static_cast<std::size_t>(array.shape[0]);
  volume.data = array.data.data() + step * static_cast<std::size_t>(sample);
  volume.owner = owner;
  return volume;
}

std::array<double, 2> robustRange(const Volume& volume) {
  const std::int64_t count = volume.voxels(), step = std::max<std::int64_t>(1, count / 100000);
  std::vector<double> values;
  withVoxels(volume, [&](auto read) {
    for (std::int64_t i = 0; i < count; i += step) {
      const std::int64_t row = i / volume.size[0];
      const double value = volume.valueOf(static_cast<double>(
          read[i % volume.size[0] * volume.stride[0] + row % volume.size[1] * volume.stride[1] +
               row / volume.size[1] * volume.stride[2]]));
      if (std::isfinite(value)) values.push_back(value);
    }
  });
  if (values.empty()) return {0, 1};
  const auto rank = [&](double share) {
    const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + place, values.end());
    return values[static_cast<std::size_t>(place)];
  };
  const double low = rank(0.01), high = rank(0.99);
  return {low, high > low ? high : low + 1};
}

std::string patientLetters(const std::array<double, 3>& direction) {
  // A part below sin(22.5 degrees) of the whole does not change what one would call the direction.
  constexpr double kLeast = 0.383;
  static constexpr std::array<std::array<char, 2>, 3> kLetters{
      {{'L', 'R'}, {'P', 'A'}, {'I', 'S'}}};
  const double length = std::hypot(direction[0], direction[1], direction[2]);
  std::array<std::size_t, 3> order{0, 1, 2};
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::abs(direction[a]) > std::abs(direction[b]);
  });
  std::string letters;
  for (const std::size_t axis : order) {
    if (length > 0 && std::abs(direction[axis]) >= kLeast * length)
      letters += kLetters[axis][direction[axis] > 0 ? 1 : 0];
  }
  return letters;
}

}  // namespace warmstart
