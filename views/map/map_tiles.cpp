#include "views/map/map_tiles.h"

#include <QtConcurrent>
#include <algorithm>
#include <cmath>

#include "views/map/raster_pieces.h"

namespace warmstart {
namespace {

constexpr int kMapThreads = 2;

std::vector<float> readInto(MapTile& tile, MapRaster& raster, const std::vector<int>& bands,
                            const RasterPart& part) {
  ReadPieces read = readPieces(raster, bands, part);
  tile.unreadable.insert(tile.unreadable.end(), read.unreadable.begin(), read.unreadable.end());
  if (tile.problem.empty()) tile.problem = std::move(read.problem);
  return std::move(read.values);
}

}  // namespace

int levelFor(double scale, const RasterFacts& facts) {
  const double across = static_cast<double>(std::max(facts.width, facts.height));
  const int coarsest = std::max(0, static_cast<int>(std::ceil(std::log2(across / MapTile::kEdge))));
  const int level = static_cast<int>(std::floor(-std::log2(std::max(scale, 1e-12))));
  return std::clamp(level, 0, coarsest);
}

QRectF tileBounds(const MapTileKey& key, const RasterFacts& facts) {
  const double edge = std::ldexp(MapTile::kEdge, key.level);
  const QRectF whole(0, 0, static_cast<double>(facts.width), static_cast<double>(facts.height));
  return QRectF(key.column * edge, key.row * edge, edge, edge) & whole;
}

MapTilePtr readTile(const MapLayer& layer, const std::vector<int>& bands, const MapTileKey& key) {
  auto tile = std::make_shared<MapTile>();
  const QRectF bounds = tileBounds(key, layer.raster->facts());
  if (bounds.isEmpty()) return tile;
  const double step = std::ldexp(1, key.level);
  RasterPart part{bounds.left(), bounds.top(), bounds.width(), bounds.height()};
  part.columns = std::llround(std::ceil(bounds.width() / step));
  part.rows = std::llround(std::ceil(bounds.height() / step));
  part.nearest = layer.kind != MapLayer::Kind::kBands;  // a mean of classes is none
  tile->columns = static_cast<int>(part.columns), tile->rows = static_cast<int>(part.rows);
  tile->values = readInto(*tile, *layer.raster, bands, part);
  if (!layer.other) return tile;
  const std::vector<float> subtracted = readInto(*tile, *layer.other, bands, part);
  std::transform(tile->values.begin(), tile->values.end(), subtracted.begin(), tile->values.begin(),
                 std::minus<>());
  return tile;
}

MapTiles::MapTiles(std::size_t budget_bytes, QObject* parent)
    : QObject(parent), tiles_(budget_bytes) {
  pool_.setMaxThreadCount(kMapThreads);
}

MapTiles::~MapTiles() {
  pool_.clear();
  pool_.waitForDone();
}

void MapTiles::setScene(MapScenePtr scene) {
  const auto before = scene_ ? scene_->layers : std::vector<MapLayer>();
  scene_ = std::move(scene);
  sources_.resize(scene_->layers.size());
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const MapLayer& layer = scene_->layers[i];
    const bool same = i < before.size() && before[i].raster == layer.raster &&
                      before[i].other == layer.other && before[i].kind == layer.kind;
    if (!same) forget(static_cast<int>(i));
  }
  for (std::size_t i = sources_.size(); i < before.size(); ++i) forget(static_cast<int>(i));
  wanted_.clear();
}

void MapTiles::setBands(int layer, const std::vector<int>& bands) {
  Source& source = sources_.at(static_cast<std::size_t>(layer));
  if (source.bands == bands) return;
  forget(layer);
  source.bands = bands;
}

void MapTiles::forget(int layer) {
  tiles_.forgetIf([layer](const MapTileKey& key) { return key.layer == layer; });
  if (static_cast<std::size_t>(layer) < sources_.size())
    sources_[static_cast<std::size_t>(layer)] = {{}, ++generation_};
  std::erase_if(reading_, [layer](const MapTileKey& key) { return key.layer == layer; });
}

MapTilePtr MapTiles::find(const MapTileKey& key) { return tiles_.find(key); }

void MapTiles::want(std::vector<MapTileKey> keys) {
  wanted_ = std::move(keys);
  startSome();
}

void MapTiles::startSome() {
  for (const MapTileKey& key : wanted_) {
    if (running_ >= kMapThreads) return;
    if (tiles_.look(key) || std::find(reading_.begin(), reading_.end(), key) != reading_.end())
      continue;
    const Source& source = sources_.at(static_cast<std::size_t>(key.layer));
    if (source.bands.empty()) continue;
    reading_.push_back(key);
    ++running_;
    pool_.start([this, key, layer = scene_->layers.at(static_cast<std::size_t>(key.layer)),
                 source] {
      const MapTilePtr tile = readTile(layer, source.bands, key);
      QMetaObject::invokeMethod(
          this, [this, generation = source.generation, key, tile] { take(generation, key, tile); },
          Qt::QueuedConnection);
    });
  }
}

void MapTiles::take(int generation, const MapTileKey& key, const MapTilePtr& tile) {
  --running_;
  const auto layer = static_cast<std::size_t>(key.layer);
  if (layer < sources_.size() && sources_[layer].generation == generation) {
    std::erase(reading_, key);
    tiles_.put(key, tile, wanted_);
    emit tileReady(key);
  }
  startSome();
}

}  // namespace warmstart
