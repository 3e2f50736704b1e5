#include "views/inspect/volume.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace warmstart {
namespace {

template <class T>
T voxelAs(const std::byte* data, std::int64_t index) {
  T value;
  std::memcpy(&value, data + static_cast<std::size_t>(index) * sizeof(T), sizeof(T));
  return value;
}

/// Calls `work` with a function that reads the value of a place; false for a type that no inspector
/// writes as an image.
template <class Work>
bool withReader(Dtype dtype, const std::byte* data, Work work) {
  const auto read = [&]<class T>(T) {
    work([data](std::int64_t i) { return static_cast<double>(voxelAs<T>(data, i)); });
    return true;
  };
  switch (dtype) {
    case Dtype::kBool:
    case Dtype::kUint8:
      return read(std::uint8_t{});
    case Dtype::kInt8:
      return read(std::int8_t{});
    case Dtype::kInt16:
      return read(std::int16_t{});
    case Dtype::kInt32:
      return read(std::int32_t{});
    case Dtype::kInt64:
      return read(std::int64_t{});
    case Dtype::kFloat32:
      return read(float{});
    case Dtype::kFloat64:
      return read(double{});
    default:
      return false;
  }
}

std::int64_t voxelsOf(const Volume& volume) {
  return std::int64_t{volume.size[0]} * volume.size[1] * volume.size[2];
}

}  // namespace

int acrossAxis(Plane plane) { return plane == Plane::kSagittal ? 1 : 0; }
int downAxis(Plane plane) { return plane == Plane::kAxial ? 1 : 2; }
int throughAxis(Plane plane) { return 2 - static_cast<int>(plane); }

double Volume::at(const Voxel& voxel) const {
  const std::int64_t place = (std::int64_t{voxel[2]} * size[1] + voxel[1]) * size[0] + voxel[0];
  double value = 0;
  withReader(dtype, data, [&](auto read) { value = read(place); });
  return value;
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
  if (voxelsOf(volume) <= 0 || (channels && array.shape[1] <= 0)) return {};
  if (!withReader(array.dtype, array.data.data(), [](auto) {})) return {};
  volume.dtype = array.dtype;
  const std::size_t stride = array.data.size() / static_cast<std::size_t>(array.shape[0]);
  volume.data = array.data.data() + stride * static_cast<std::size_t>(sample);
  volume.owner = owner;
  return volume;
}

std::vector<float> planeValues(const Volume& volume, Plane plane, int index) {
  const std::array<std::int64_t, 3> stride{1, volume.size[0],
                                           std::int64_t{volume.size[0]} * volume.size[1]};
  const auto axis = [](int number) { return static_cast<std::size_t>(number); };
  const std::size_t across = axis(acrossAxis(plane)), down = axis(downAxis(plane));
  const int width = volume.size[across], height = volume.size[down];
  std::vector<float> values(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  withReader(volume.dtype, volume.data, [&](auto read) {
    float* out = values.data();
    for (int row = 0; row < height; ++row) {
      const int place = volume.upward ? height - 1 - row : row;
      std::int64_t from = index * stride[axis(throughAxis(plane))] + place * stride[down];
      for (int column = 0; column < width; ++column, from += stride[across])
        *out++ = static_cast<float>(read(from));
    }
  });
  return values;
}

std::array<double, 2> robustRange(const Volume& volume) {
  const std::int64_t count = voxelsOf(volume), step = std::max<std::int64_t>(1, count / 100000);
  std::vector<double> values;
  withReader(volume.dtype, volume.data, [&](auto read) {
    for (std::int64_t i = 0; i < count; i += step)
      if (const double value = read(i); std::isfinite(value)) values.push_back(value);
  });
  if (values.empty()) return {0, 1};
  std::sort(values.begin(), values.end());
  const auto rank = [&](double share) {
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
  };
  const double low = rank(0.01), high = rank(0.99);
  return {low, high > low ? high : low + 1};
}

}  // namespace warmstart
