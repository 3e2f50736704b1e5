// One scene: a raster file, or the files of its bands (a folder of B02.tif, B03.tif, ...) whose
// pixels may be of different sizes, read on one grid. Scenes are made of admitted files only.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "plugins/satellite/io/raster_file.h"
#include "plugins/satellite/io/raster_gate.h"

namespace warmstart::satellite {

enum class SceneGrid { kFinest, kCoarsest };

class Scene {
 public:
  /// `parts` in the order of their bands; `grid`: whose pixels are taken where they differ; coarser
  /// bands are brought there by bilinear interpolation, finer ones by averaging, both rounded to
  /// the file's own type. Errors: a bad file; parts of another CRS or another area.
  Scene(std::string name, std::vector<RasterAdmission> parts, SceneGrid grid = SceneGrid::kFinest);
  const std::string& name() const { return name_; }
  /// Size, place and all bands on the scene's grid. A one-band part's band is called as its file.
  const RasterInfo& info() const { return info_; }
  const Path& file() const { return parts_.front().file; }
  /// Physical values (band, row, column), NaN where there is no data. Threads may read at once.
  std::vector<float> read(const std::vector<std::size_t>& bands, const Window& window) const;

 private:
  struct Source {
    std::size_t part = 0, band = 0;
  };
  void add_bands(std::size_t part);
  void check_area(const RasterAdmission& part) const;
  std::vector<float> read_part(std::size_t part, const std::vector<std::size_t>& bands,
                               const Window& window) const;
  std::string name_;
  std::vector<RasterAdmission> parts_;
  std::vector<Source> sources_;
  RasterInfo info_;
};

/// Windows of `tile` x `tile` pixels over a raster, from edge to edge, neighbours sharing at least
/// the share `overlap`; row by row. One window of the raster's size where tile is 0.
std::vector<Window> tiles_over(std::int64_t width, std::int64_t height, std::int64_t tile,
                               double overlap);

}  // namespace warmstart::satellite
