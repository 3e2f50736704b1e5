// Predictions of a scene's tiles become one GeoTIFF on the scene's own grid (`warmstart predict`).
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "plugins/satellite/components/map_blender.h"
#include "plugins/satellite/io/raster_writer.h"
#include "plugins/satellite/io/scene.h"

namespace warmstart::satellite {

struct MapSettings {
  std::vector<std::string> class_names;
  /// What is written for each class; empty, or not all within 0 to 254: 0, 1, ... Where no class
  /// has a name the map is of numbers.
  std::vector<std::int64_t> values;
  bool confidence = false;  ///< also the probability of the class, as a second file
};

/// In a map of classes: no data.
inline constexpr std::int64_t kNoClass = 255;

class SceneMap {
 public:
  SceneMap(const Scene& scene, MapSettings settings, const Path& folder);
  /// A tile in order, with its scores (K,H,W), of which the window's size counts (tiles are padded
  /// at the right and the bottom); K = 1: a map of values. Error: K is not the number of classes.
  void add(const Window& window, const at::Tensor& scores_KHW, const at::Tensor& has_data_HW);
  /// After the last tile; the files written.
  std::vector<Path> finish();

 private:
  void check_channels(std::int64_t channels) const;
  void open(std::int64_t channels);
  void describe_classes(WriterSettings& wanted) const;
  void write_rows(std::int64_t row, const at::Tensor& values_KHW, const at::Tensor& has_data_HW);
  const Scene& scene_;
  MapSettings settings_;
  Path folder_;
  std::unique_ptr<MapBlender> blender_;
  std::unique_ptr<RasterWriter> map_, confidence_;
  std::vector<Path> files_;
};

}  // namespace warmstart::satellite
