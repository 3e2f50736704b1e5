// The voxels of a NIfTI-1 file whose header has been checked: every length here was bounded there.
#include <algorithm>
#include <cstring>

#include "core/base/error.h"
#include "plugins/medical/io/decode.h"

namespace warmstart::medical {
namespace {

template <class T>
void nifti_values(const std::string& data, const VolumeHeader& header, std::vector<float>& voxels) {
  const bool scaled = header.slope != 0 && (header.slope != 1 || header.intercept != 0);
  for (std::size_t i = 0; i < voxels.size(); ++i) {
    char bytes[sizeof(T)];
    std::memcpy(bytes, data.data() + i * sizeof(T), sizeof(T));
    if (header.swapped) std::reverse(bytes, bytes + sizeof(T));
    T value;
    std::memcpy(&value, bytes, sizeof(T));
    voxels[i] =
        scaled ? static_cast<float>(static_cast<double>(value) * header.slope + header.intercept)
               : static_cast<float>(value);
  }
}

void convert_nifti(const std::string& data, const VolumeHeader& header,
                   std::vector<float>& voxels) {
  switch (header.nifti_type) {
    case 2:
      return nifti_values<std::uint8_t>(data, header, voxels);
    case 4:
      return nifti_values<std::int16_t>(data, header, voxels);
    case 8:
      return nifti_values<std::int32_t>(data, header, voxels);
    case 16:
      return nifti_values<float>(data, header, voxels);
    case 64:
      return nifti_values<double>(data, header, voxels);
    case 256:
      return nifti_values<std::int8_t>(data, header, voxels);
    case 512:
      return nifti_values<std::uint16_t>(data, header, voxels);
    case 768:
      return nifti_values<std::uint32_t>(data, header, voxels);
    case 1024:
      return nifti_values<std::int64_t>(data, header, voxels);
    default:  // 1280: the check lets nothing else through
      return nifti_values<std::uint64_t>(data, header, voxels);
  }
}

}  // namespace

Volume decode_nifti(const Path& path, const VolumeHeader& header) {
  Volume volume;
  volume.name = volume_stem(path);
  volume.grid = header.grid;
  volume.voxels.resize(static_cast<std::size_t>(header.grid.voxels()));
  convert_nifti(read_data(header, path), header, volume.voxels);
  return volume;
}

}  // namespace warmstart::medical
