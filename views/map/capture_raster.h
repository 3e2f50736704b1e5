// Tiles that an inspector recorded, as one raster on the ground: what the map shows of a run. Each
// tile lies where its geotransform says, however it was cut, turned or resampled; between tiles
// there is no data.
#pragma once
#include <QTransform>

#include "views/inspect/capture.h"
#include "views/map/map_raster.h"

namespace warmstart {

/// The captured tiles of one scene and the grid that they are put on: that of the first tile, as
/// large as all of them need.
struct TileGrid {
  struct Tile {
    int sample = 0;
    QTransform to_grid;  ///< of the tile's pixels
  };
  QString scene;
  Path file;  ///< of the scene where the run was made; "" = not told
  std::vector<Tile> tiles;
  std::vector<std::int64_t> shape;  ///< samples of the capture, rows and columns of a tile
  RasterFacts facts;                ///< size, place and reference system
  /// What a tile covers of the grid.
  QPolygonF outline(const Tile& tile) const;
  /// The tile of that sample; nullptr = it lies in another scene, or is none of the capture's.
  const Tile* tileOf(int sample) const;
  /// Whether the capture has an array of that name with a value for each pixel of each tile.
  bool covers(const Capture& capture, const std::string& array) const;
};

/// One a scene, in the order of their first tiles; empty for a capture that does not say where it
/// lies.
std::vector<TileGrid> tileGridsOf(const Capture& capture);

/// Values of tiles on a grid of their own, (row, column), which covers each tile from edge to edge.
struct TileValues {
  std::int64_t rows = 1, columns = 1;
  std::vector<std::vector<float>> tiles;  ///< in the order of the grid's; empty = no data at all
};

/// An array of a capture with the axes (sample, row, column), or (sample, band, row, column).
class CaptureRaster final : public MapRaster {
 public:
  /// The grid covers() the array. `classes`: whole numbers, each with a class's name; what stands
  /// for it in the data's own files is handed out, and no data for a number that is no class.
  CaptureRaster(const CapturePtr& capture, const std::string& array, const TileGrid& grid,
                bool classes);
  /// `file`: what errors name.
  CaptureRaster(const Path& file, const TileGrid& grid, TileValues values);
  /// The value at the middle of each place asked for, of the last tile that covers it.
  std::vector<float> read(const std::vector<int>& bands, const RasterPart& part) override;
  std::optional<std::array<double, 2>> latitudeLongitude(double column, double row) override;

 private:
  struct Tile {
    QTransform to_grid;
    std::vector<float> values;  ///< (band, row, column)
  };
  void nameBands(const Capture& capture, std::size_t bands, bool classes);
  void asStored(const Capture& capture);
  void drawTile(const Tile& tile, int band, const RasterPart& part, float* out) const;
  std::int64_t columns_ = 0, rows_ = 0;  ///< values of a tile
  std::vector<Tile> tiles_;
};

}  // namespace warmstart
