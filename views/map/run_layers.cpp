#include "views/map/run_layers.h"

#include <QCoreApplication>
#include <QLocale>

#include "core/base/error.h"

namespace warmstart {
namespace {

QString runText(const char* text) { return QCoreApplication::translate("Map", text); }

/// Adds layers that lie on one grid.
class RunLayerStack {
 public:
  RunLayerStack(const TileGrid& grid, const RasterFacts& ground) : grid_(grid), ground_(ground) {}

  /// Nothing where the capture has no such array.
  std::optional<MapLayer> made(const CapturePtr& capture, const char* array, const QString& name,
                               MapLayer::Kind kind) const {
    if (!capture || !grid_.covers(*capture, array)) return std::nullopt;
    return layerOver(
        std::make_shared<CaptureRaster>(capture, array, grid_, kind == MapLayer::Kind::kClasses),
        name, kind);
  }
  std::optional<MapLayer> madeOf(const CapturePtr& capture, std::optional<TileValues> values,
                                 const QString& name) const {
    if (!values) return std::nullopt;
    return layerOver(std::make_shared<CaptureRaster>(capture->path(), grid_, std::move(*values)),
                     name, MapLayer::Kind::kBands);
  }
  void add(const std::optional<MapLayer>& layer, bool shown) {
    if (!layer) return;
    LayerLook look = firstLook(*layer);
    look.shown = shown;
    if (layer->kind == MapLayer::Kind::kBands) look.map = look::Map::kViridis, look.opacity = 0.6;
    layers_.push_back({*layer, look});
  }
  void addDifference(const std::optional<MapLayer>& first, const std::optional<MapLayer>& second,
                     const QString& name) {
    if (!first || !second) return;
    MapLayer layer = differenceOf(*first, *second);
    layer.name = name;
    add(layer, false);
  }
  std::vector<RunLayer> taken() { return std::move(layers_); }

 private:
  MapLayer layerOver(RasterPtr raster, const QString& name, MapLayer::Kind kind) const {
    MapLayer layer;
    layer.name = name, layer.kind = kind, layer.of_run = true;
    layer.to_ground = onGround(grid_.facts, ground_, raster->file());
    layer.raster = std::move(raster);
    // A probability has one scale at every step.
    if (kind == MapLayer::Kind::kBands) layer.spreads = {BandSpread{{0, 1}}};
    return layer;
  }
  const TileGrid& grid_;
  const RasterFacts& ground_;
  std::vector<RunLayer> layers_;
};

}  // namespace

std::vector<RunLayer> runLayers(const CapturePtr& capture, const CapturePtr& pinned,
                                const TileGrid& grid, const AttentionChoice& heat,
                                const RasterFacts& ground) {
  using Kind = MapLayer::Kind;
  RunLayerStack stack(grid, ground);
  const auto reference = stack.made(capture, "label", runText("Reference"), Kind::kClasses);
  const auto before =
      pinned ? stack.made(pinned, "prediction",
                          runText("Prediction at step %1").arg(QLocale().toString(pinned->step())),
                          Kind::kClasses)
             : std::nullopt;
  const auto prediction = stack.made(capture, "prediction", runText("Prediction"), Kind::kClasses);
  stack.add(reference, false);
  stack.add(stack.made(capture, "confidence", runText("Confidence"), Kind::kBands), false);
  const auto attention =
      stack.madeOf(capture, attentionHeat(capture, grid, heat), runText("Attention"));
  if (!attention) stack.add(stack.made(capture, "heat", runText("Heat"), Kind::kBands), true);
  stack.add(attention, true);
  stack.add(before, true);
  stack.add(prediction, true);
  stack.addDifference(prediction, reference, runText("Wrong"));
  stack.addDifference(prediction, before, runText("Changed"));
  return stack.taken();
}

MapLayer tilesAsGround(const CapturePtr& capture, const TileGrid& grid) {
  MapLayer layer;
  layer.name = grid.scene;
  layer.raster = grid.covers(*capture, "image")
                     ? std::make_shared<CaptureRaster>(capture, "image", grid, false)
                     : std::make_shared<CaptureRaster>(capture->path(), grid, TileValues());
  layer.spreads = spreadsOf(*layer.raster);
  return layer;
}

bool liesOn(const TileGrid& grid, const RasterFacts& ground) {
  if (!ground.placed) return false;
  try {
    const QRectF tiles(0, 0, static_cast<double>(grid.facts.width),
                       static_cast<double>(grid.facts.height));
    const QRectF whole(0, 0, static_cast<double>(ground.width), static_cast<double>(ground.height));
    return onGround(grid.facts, ground, {}).mapRect(tiles).intersects(whole);
  } catch (const Error&) {
    return false;
  }
}

}  // namespace warmstart
