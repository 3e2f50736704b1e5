// Folders and volume files that the tests of the medical plugin make for themselves.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "plugins/medical/io/nifti_header.h"
#include "plugins/medical/io/nifti_write.h"
#include "tests/unit/test_folder.h"

namespace warmstart::medical::testing {

using test::Folder;
using test::message_of;

inline Grid box_grid(const Size3& size, const Vector3& spacing = {1, 1, 1}) {
  Grid grid;
  grid.size = size;
  grid.affine = {spacing[0], 0, 0, 0, 0, spacing[1], 0, 0, 0, 0, spacing[2], 0};
  return grid;
}

/// Voxel i,j,k holds i + 10 j + 100 k.
inline std::vector<float> counted_voxels(const Size3& size) {
  std::vector<float> voxels;
  for (int k = 0; k < size[2]; ++k) {
    for (int j = 0; j < size[1]; ++j) {
      for (int i = 0; i < size[0]; ++i) voxels.push_back(static_cast<float>(i + 10 * j + 100 * k));
    }
  }
  return voxels;
}

inline void save_bytes(const Path& path, const std::string& bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// A sound 4x5x6 NIfTI as bytes, with its header changed by `change`.
inline std::string nifti_bytes(const Path& folder,
                               const std::function<void(NiftiHeader&)>& change) {
  const Path file = folder / "template.nii";
  write_volume(file, box_grid({4, 5, 6}), counted_voxels({4, 5, 6}));
  std::string bytes = read_file(file);
  NiftiHeader header;
  std::memcpy(&header, bytes.data(), sizeof header);
  change(header);
  std::memcpy(bytes.data(), &header, sizeof header);
  return bytes;
}

/// The data sets that lie beside the source tree, or one folder up, on machines that have them.
inline Path shared_data(const std::string& name) {
  const Path beside = Path(WARMSTART_SOURCE_DIR).parent_path();
  const Path above = beside.parent_path() / "shared/data" / name;
  return std::filesystem::exists(above) ? above : beside / "shared/data" / name;
}

/// What Debian's Python prints for a script below tests/reference; "" when it fails.
inline std::string python_says(const std::string& script, const std::string& arguments) {
  const std::string command =
      "/usr/bin/python3 '" WARMSTART_SOURCE_DIR "/tests/reference/" + script + "' " + arguments;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "";
  std::string text;
  char chunk[4096];
  while (const std::size_t count = fread(chunk, 1, sizeof chunk, pipe)) text.append(chunk, count);
  return pclose(pipe) == 0 ? text : "";
}

}  // namespace warmstart::medical::testing
