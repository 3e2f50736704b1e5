// Loops over voxels of whatever type, compiled once for each type. Used by the sources of this
// folder that touch many voxels.
#pragma once
#include <cstring>

#include "views/inspect/volume.h"

namespace warmstart {

/// Reads stored numbers; the mapping that they lie in may not be aligned.
template <class T>
struct VoxelReader {
  using Value = T;
  const std::byte* data;
  T operator[](std::int64_t place) const {
    T value;
    std::memcpy(&value, data + place * static_cast<std::int64_t>(sizeof(T)), sizeof(T));
    return value;
  }
};

/// Calls `work` with the VoxelReader of the volume's type, based at voxel (0, 0, 0).
template <class Work>
void withVoxels(const Volume& volume, const Work& work) {
  switch (volume.type) {
    case VoxelType::kUint8:
      return work(VoxelReader<std::uint8_t>{volume.data});
    case VoxelType::kInt8:
      return work(VoxelReader<std::int8_t>{volume.data});
    case VoxelType::kUint16:
      return work(VoxelReader<std::uint16_t>{volume.data});
    case VoxelType::kInt16:
      return work(VoxelReader<std::int16_t>{volume.data});
    case VoxelType::kUint32:
      return work(VoxelReader<std::uint32_t>{volume.data});
    case VoxelType::kInt32:
      return work(VoxelReader<std::int32_t>{volume.data});
    case VoxelType::kUint64:
      return work(VoxelReader<std::uint64_t>{volume.data});
    case VoxelType::kInt64:
      return work(VoxelReader<std::int64_t>{volume.data});
    case VoxelType::kFloat32:
      return work(VoxelReader<float>{volume.data});
    case VoxelType::kFloat64:
      return work(VoxelReader<double>{volume.data});
  }
}

/// Calls visit(voxel, place) for each voxel, x fastest; `place` is what a VoxelReader takes.
template <class Visit>
void eachVoxel(const Volume& volume, const Visit& visit) {
  for (int z = 0; z < volume.size[2]; ++z) {
    for (int y = 0; y < volume.size[1]; ++y) {
      std::int64_t place = z * volume.stride[2] + y * volume.stride[1];
      for (int x = 0; x < volume.size[0]; ++x, place += volume.stride[0])
        visit(Voxel{x, y, z}, place);
    }
  }
}

}  // namespace warmstart
