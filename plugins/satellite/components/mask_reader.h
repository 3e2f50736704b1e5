// What the mask of a scene says of its tiles: classes, of a raster or of shapes, or a number for
// each pixel.
#pragma once
#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "plugins/satellite/components/scene_tiles.h"
#include "plugins/satellite/io/vector_labels.h"

namespace warmstart::satellite {

struct MaskSettings {
  bool numbers = false;  ///< else classes
  BurnSettings shapes;   ///< with the names of the classes
  /// What rasters hold for each class; empty: 0, 1, ...
  std::vector<std::int64_t> values;
};

class MaskReader {
 public:
  MaskReader() = default;
  explicit MaskReader(MaskSettings settings) : settings_(std::move(settings)) {}
  /// Every mask once. Errors name the file: shapes without the layer or the attribute, or of a
  /// class that there is not; numbers as shapes, or in a raster of several bands.
  void check(const SceneTiles& tiles) const;
  /// Class numbers (H,W) int64 of tile `i`; 255 where the mask has no data. Error: a value that is
  /// no class.
  at::Tensor classes(const SceneTiles& tiles, std::size_t i) const;
  /// Numbers (1,H,W) float of tile `i`; NaN where the mask has no data.
  at::Tensor numbers(const SceneTiles& tiles, std::size_t i) const;

 private:
  void check_numbers(const SceneTiles& tiles, std::size_t i) const;
  at::Tensor burned(const SceneTiles& tiles, std::size_t i) const;
  std::int64_t class_of(float stored, const Scene& mask) const;
  MaskSettings settings_;
};

}  // namespace warmstart::satellite
