// Pieces of a layer: 256 x 256 values of some bands at one level of detail (at level L a value
// stands for 2^L x 2^L pixels). Read on threads of its own; the store and its signals live on the
// GUI thread.
#pragma once
#include <QObject>
#include <QThreadPool>

#include "views/desk/tile_shelf.h"
#include "views/map/map_scene.h"

namespace warmstart {

struct MapTileKey {
  int layer = 0, level = 0, column = 0, row = 0;
  bool operator==(const MapTileKey&) const = default;
};
inline size_t qHash(const MapTileKey& key, size_t seed = 0) {
  return qHashMulti(seed, key.layer, key.level, key.column, key.row);
}

struct MapTile {
  static constexpr int kEdge = 256;
  int columns = 0, rows = 0;       ///< fewer at the raster's right and lower edge
  std::vector<float> values;       ///< (band, row, column), NaN where there is no data
  std::vector<QRectF> unreadable;  ///< what could not be read, in pixels of the raster
  std::string problem;             ///< why the first of these could not
  std::size_t bytes() const { return values.size() * sizeof(float); }
};
using MapTilePtr = std::shared_ptr<const MapTile>;

/// The level whose values are at most a pixel of the screen apart, where a pixel of the layer takes
/// `scale` of them.
int levelFor(double scale, const RasterFacts& facts);
/// The part of the raster that a tile covers, in its pixels.
QRectF tileBounds(const MapTileKey& key, const RasterFacts& facts);
/// Any thread. A difference has one band: the first layer's values less the second's.
MapTilePtr readTile(const MapLayer& layer, const std::vector<int>& bands, const MapTileKey& key);

class MapTiles : public QObject {
  Q_OBJECT
 public:
  explicit MapTiles(std::size_t budget_bytes = std::size_t{128} << 20, QObject* parent = nullptr);
  ~MapTiles() override;
  /// Layers that stay at their place keep their tiles.
  void setScene(MapScenePtr scene);
  /// Which bands of a layer are read; others than before: its tiles are forgotten.
  void setBands(int layer, const std::vector<int>& bands);
  MapTilePtr find(const MapTileKey& key);
  /// What is drawn now, the most urgent first; takes the place of earlier wishes.
  void want(std::vector<MapTileKey> keys);
  bool busy() const { return running_ > 0; }
  std::size_t bytes() const { return tiles_.bytes(); }

 signals:
  void tileReady(const MapTileKey& key);

 private:
  void startSome();
  void take(int generation, const MapTileKey& key, const MapTilePtr& tile);
  void forget(int layer);
  struct Source {
    std::vector<int> bands;
    int generation = 0;
  };
  MapScenePtr scene_;
  std::vector<Source> sources_;  ///< one a layer
  TileShelf<MapTileKey, MapTile> tiles_;
  std::vector<MapTileKey> wanted_, reading_;
  QThreadPool pool_;
  int running_ = 0, generation_ = 0;
};

}  // namespace warmstart
