// Rasters that the tests of the satellite plugin let GDAL's own Python write and read.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/data/dataset.h"
#include "plugins/satellite/io/raster_gate.h"
#include "tests/unit/core/torch_reference.h"
#include "tests/unit/test_folder.h"

namespace warmstart::satellite::testing {

using test::Folder;
using test::message_of;
using ::testing::HasSubstr;

/// What Debian's Python prints for tests/reference/rasters.py; "" when it fails.
inline std::string rasters_py(const std::string& arguments) {
  const std::string command =
      "/usr/bin/python3 '" WARMSTART_SOURCE_DIR "/tests/reference/rasters.py' " + arguments;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "";
  std::string text;
  char chunk[4096];
  while (const std::size_t count = fread(chunk, 1, sizeof chunk, pipe)) text.append(chunk, count);
  return pclose(pipe) == 0 ? text : "";
}

/// One raster of every kind, made once for all tests of the program.
inline const Path& made_rasters() {
  static const Folder folder;
  static const bool made = [] {
    rasters_py("make '" + folder.path().string() + "'");
    return true;
  }();
  static_cast<void>(made);
  return folder.path();
}

inline Json gdal_info(const Path& file) {
  return Json::parse(rasters_py("info '" + file.string() + "'"), nullptr, false);
}

/// A window as GDAL's Python reads it: stored values (band, row, column).
inline std::vector<float> gdal_window(const Path& file, const Window& window) {
  const Folder folder;
  const Path out = folder / "values";
  rasters_py("read '" + file.string() + "' " + std::to_string(window.column) + " " +
             std::to_string(window.row) + " " + std::to_string(window.width) + " " +
             std::to_string(window.height) + " '" + out.string() + "'");
  const std::string bytes = read_file(out);
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

/// The data sets that lie beside the source tree, or one folder up, on machines that have them.
inline Path shared_data(const std::string& name) {
  const Path beside = Path(WARMSTART_SOURCE_DIR).parent_path();
  const Path above = beside.parent_path() / "shared/data" / name;
  return std::filesystem::exists(above) ? above : beside / "shared/data" / name;
}

inline RasterAdmission admitted(const Path& file) { return RasterGate().admit({file})[0]; }

inline ComponentSpec spec(const std::string& type, const Json& settings) {
  return {type, Value::from_json(settings), {}};
}
inline std::shared_ptr<Dataset> dataset(const std::string& type, const Json& settings) {
  return create<Dataset>(spec(type, settings));
}
/// images/ and masks/ with one pair: four bands of 200x150 and a mask of values 0 and 7.
inline void save_pair(const Folder& folder) {
  std::filesystem::create_directories(folder / "images");
  std::filesystem::create_directories(folder / "masks");
  std::filesystem::copy(made_rasters() / "scaled.tif", folder / "images/a.tif");
  rasters_py("mask '" + (folder / "masks/a.tif").string() + "'");
}

/// The sample after one transform, with the randomness `seed`.
inline Sample transformed(const std::string& type, const Json& settings, Sample sample,
                          std::uint64_t seed = 1) {
  Random random(seed);
  create<Transform>(spec(type, settings))->apply(sample, random);
  return sample;
}

}  // namespace warmstart::satellite::testing
