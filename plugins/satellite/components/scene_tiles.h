// The tiles of scenes as samples: what the data sets of rasters share. Admits files through the
// gate, cuts scenes into tiles, keeps those of a spatial part, and reads one as tensors.
#pragma once
#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "plugins/satellite/io/image_table.h"
#include "plugins/satellite/io/scene.h"
#include "plugins/satellite/io/scene_list.h"
#include "plugins/satellite/io/spatial_split.h"

namespace warmstart::satellite {

/// How scenes are read; settings that a data set puts beside its own.
struct SceneSettings {
  std::vector<std::string> bands;
  std::string grid = "finest";
  double fill = 0;
  std::int64_t tile = 0;
  double overlap = 0;
  SpatialSplit split;
  bool vrt_outside_folder = false;
  bool small = false;  ///< no setting: scenes smaller than a tile are allowed; who reads pads them
  void describe(Fields& fields);
  /// What a data set of other settings asks too.
  void describe_files(Fields& fields);
};

/// Types of whole numbers of more than 8 bits, as GDAL calls them.
const std::set<std::string>& wide_types();

/// Error unless an image may be read in one piece.
void require_readable_whole(const RasterInfo& info, std::size_t bands, const Path& file);

struct SceneTile {
  std::size_t scene = 0;
  Window window;
};

/// What was read of a tile.
struct TileImage {
  at::Tensor image_CHW;    ///< float, no-data pixels hold the fill value
  at::Tensor has_data_HW;  ///< bool: some band has data there
};

class SceneTiles {
 public:
  /// Scenes of `files` in their order; those without any data are skipped and named. `masks`: the
  /// files' masks are admitted too and must lie on their image's grid. A band that holds one value
  /// in all images is warned of. Errors: a bad file, a band that is missing, bands of unequal
  /// number, an image too large to be read whole, nothing left.
  SceneTiles(const std::vector<SceneFiles>& files, const SceneSettings& settings, bool masks);
  std::size_t size() const { return tiles_.size(); }
  const SceneTile& tile(std::size_t i) const { return tiles_.at(i); }
  const Scene& scene(std::size_t i) const { return scenes_[tiles_.at(i).scene]; }
  /// Null without masks, and where the mask is a file of shapes.
  const Scene* mask(std::size_t i) const;
  const SceneFiles& files(std::size_t i) const { return files_[tiles_.at(i).scene]; }
  std::string name(std::size_t i) const;
  TileImage read(std::size_t i) const;
  /// The ground under every tile.
  std::vector<Footprint> footprints() const;
  /// Error unless these tiles can be fed to what was trained on `trained`: as many bands, and whole
  /// numbers of more than 8 bits only where those had them (and the other way round).
  void require_like(const SceneTiles& trained) const;
  /// Takes dates, and places where the files say none, from a table with a row an image. Errors: as
  /// ImageTable; an image that it does not name.
  void read_table(const Path& file);
  /// What is known of the tile's place and time, as far as it is known of all tiles: location (2)
  /// float64, latitude and longitude of its centre in degrees; geotransform (6) float64 of its
  /// pixels; date () float64, the share of the year that has passed.
  void add_place_and_time(std::size_t i, Batch& fields) const;
  /// {scene, file, crs, crs_name, geographic, metres} of the scene; null unless all tiles have a
  /// place.
  Json origin(std::size_t i) const;
  /// Pixels of tile `i`, (6) float64; of an image without a place in pixels of its own.
  at::Tensor geotransform(std::size_t i) const;
  /// {channels, dims, band_names, stored_types, samples, scenes, crs, skipped}; `stored_types`: of
  /// the bands whose values are as they were stored, without scale and offset.
  Json facts() const;

 private:
  void admit(const std::vector<SceneFiles>& files, const SceneSettings& settings, bool masks);
  void cut(const SceneSettings& settings);
  void locate();
  void warn_of_constant_bands() const;
  std::set<std::string> stored_types() const;
  SceneSettings settings_;
  std::vector<SceneFiles> files_;  // of scenes_
  std::vector<Scene> scenes_;
  std::vector<std::optional<Scene>> masks_;
  std::vector<std::vector<std::size_t>> bands_;  // of each scene, those wanted
  std::vector<SceneTile> tiles_;
  std::vector<std::array<double, 2>> locations_;  // of tiles_; empty: not all are known
  std::optional<ImageTable> table_;
  bool placed_ = false;  // all of scenes_ have a georeference
  std::vector<std::string> skipped_;
};

}  // namespace warmstart::satellite
