// NIfTI files that the tests of the Volume panel write, and the public data sets beside the source.
#pragma once
#include <cstring>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "core/base/files.h"
#include "plugins/medical/io/nifti_header.h"

namespace warmstart {

using ChangeHeader = std::function<void(medical::NiftiHeader&)>;

/// 16-bit numbers, i fastest; `affine` maps (i, j, k) to RAS+ mm.
inline void saveNifti(const Path& file, const std::array<int, 4>& size,
                      const std::array<float, 12>& affine, const std::vector<std::int16_t>& numbers,
                      const ChangeHeader& change = {}) {
  medical::NiftiHeader header{};
  header.sizeof_hdr = 348;
  header.dim[0] = size[3] > 1 ? 4 : 3;
  for (int i = 0; i < 4; ++i) header.dim[i + 1] = static_cast<std::int16_t>(size[i]);
  for (int i = 5; i < 8; ++i) header.dim[i] = 1;
  header.datatype = 4, header.bitpix = 16;
  for (int i = 0; i < 8; ++i) header.pixdim[i] = 1;
  header.vox_offset = 352;
  header.xyzt_units = 2 | 8;  // mm, s
  header.sform_code = 1;
  std::memcpy(header.srow, affine.data(), sizeof header.srow);
  std::memcpy(header.magic, "n+1", 4);
  if (change) change(header);
  std::ofstream stream(file, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(&header), sizeof header);
  stream.write("\0\0\0\0", 4);
  stream.write(reinterpret_cast<const char*>(numbers.data()),
               static_cast<std::streamsize>(numbers.size() * sizeof(std::int16_t)));
}

/// The data sets that lie beside the source tree, or one folder up, on machines that have them.
inline Path sharedData(const std::string& name) {
  const Path beside = Path(WARMSTART_SOURCE_DIR).parent_path();
  const Path above = beside.parent_path() / "shared/data" / name;
  return std::filesystem::exists(above) ? above : beside / "shared/data" / name;
}

}  // namespace warmstart
