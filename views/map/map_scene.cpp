#include "views/map/map_scene.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <set>

#include "core/base/error.h"
#include "views/map/raster_stream.h"

namespace warmstart {
namespace {

constexpr int kSampledWindows = 3;         ///< along each axis
constexpr std::int64_t kSampledEdge = 96;  ///< pixels of such a window
constexpr double kSamePixels = 0.01;       ///< how far corners may lie apart, in pixels
constexpr double kEquator = 6378137, kFlattening = 1 / 298.257223563;  // WGS 84

QString mapText(const char* text) { return QCoreApplication::translate("Map", text); }

/// Windows over the whole raster, at its own resolution: cheap however large it is.
std::vector<RasterPart> sampledParts(const RasterFacts& facts) {
  const std::int64_t columns = std::min(kSampledEdge, facts.width);
  const std::int64_t rows = std::min(kSampledEdge, facts.height);
  const auto along = [](int step, std::int64_t all, std::int64_t size) {
    return std::floor(static_cast<double>(all - size) * step / (kSampledWindows - 1));
  };
  std::vector<RasterPart> parts;
  for (int i = 0; i < kSampledWindows * kSampledWindows; ++i)
    parts.push_back({along(i % kSampledWindows, facts.width, columns),
                     along(i / kSampledWindows, facts.height, rows), static_cast<double>(columns),
                     static_cast<double>(rows), columns, rows});
  return parts;
}

/// Few kinds of whole numbers in one band are taken for classes, with names or without.
bool holdsClasses(const RasterFacts& facts, const std::vector<BandSpread>& spreads) {
  if (facts.bands.size() != 1 || facts.bands[0].type.starts_with("Float")) return false;
  if (!facts.classes.empty()) return true;
  constexpr std::size_t kMostClasses = 32;
  const std::set<float> kinds(spreads[0].sorted.begin(), spreads[0].sorted.end());
  return !kinds.empty() && kinds.size() <= kMostClasses;
}

}  // namespace

float BandSpread::at(double share) const {
  if (sorted.empty()) return 0;
  const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<std::size_t>(std::lround(place))];
}

std::vector<BandSpread> spreadsOf(MapRaster& raster, const std::vector<RasterPart>& parts) {
  std::vector<int> bands(raster.facts().bands.size());
  std::iota(bands.begin(), bands.end(), 0);
  std::vector<BandSpread> spreads(bands.size());
  for (const RasterPart& part : parts) {
    const auto values = raster.read(bands, part);
    if (!values) throw Error("decoding it failed", raster.file().string(), "the file is damaged");
    const auto plane = static_cast<std::size_t>(part.columns * part.rows);
    for (std::size_t i = 0; i < values->size(); ++i) {
      if (std::isfinite((*values)[i])) spreads[i / plane].sorted.push_back((*values)[i]);
    }
  }
  for (BandSpread& spread : spreads) std::sort(spread.sorted.begin(), spread.sorted.end());
  return spreads;
}

std::vector<BandSpread> spreadsOf(MapRaster& raster) {
  return spreadsOf(raster, sampledParts(raster.facts()));
}

QTransform transformOf(const MapTransform& t) { return {t[1], t[4], t[2], t[5], t[0], t[3]}; }

QRectF MapLayer::bounds() const {
  const RasterFacts& facts = raster->facts();
  return {0, 0, static_cast<double>(facts.width), static_cast<double>(facts.height)};
}

QRectF MapScene::bounds() const {
  QRectF all;
  for (const MapLayer& layer : layers) all |= layer.to_ground.mapRect(layer.bounds());
  return all;
}

MapLayerPtr layerOf(const MapScenePtr& scene, int layer) {
  const bool there = scene && layer >= 0 && layer < static_cast<int>(scene->layers.size());
  return there ? MapLayerPtr(scene, &scene->layers[static_cast<std::size_t>(layer)]) : nullptr;
}

QTransform onGround(const RasterFacts& facts, const RasterFacts& ground, const Path& file) {
  if (facts.placed && ground.placed) {
    if (facts.crs != ground.crs && facts.crs_name != ground.crs_name)
      throw Error("it lies in " + facts.crs_name + ", the map in " + ground.crs_name, file.string(),
                  "bring it there first, for example with gdalwarp -t_srs " + ground.crs_name);
    bool invertible = false;
    const QTransform back = transformOf(ground.transform).inverted(&invertible);
    if (invertible) return transformOf(facts.transform) * back;
  }
  if (facts.width == ground.width && facts.height == ground.height) return {};
  throw Error("it does not say where it lies and has another size than the map (" +
                  std::to_string(facts.width) + " x " + std::to_string(facts.height) + ", not " +
                  std::to_string(ground.width) + " x " + std::to_string(ground.height) + ")",
              file.string(), "open it alone, or give it a georeference");
}

MapLayer openLayer(const Path& file, const RasterFacts* ground) {
  MapLayer layer;
  layer.name = QString::fromStdString(file.filename().string());
  layer.raster = std::make_shared<RasterStream>(file);
  const RasterFacts& facts = layer.raster->facts();
  if (ground) layer.to_ground = onGround(facts, *ground, file);
  layer.spreads = spreadsOf(*layer.raster);
  if (holdsClasses(facts, layer.spreads)) layer.kind = MapLayer::Kind::kClasses;
  return layer;
}

QString whyNotSamePixels(const RasterFacts& first, const RasterFacts& second) {
  if (first.width != second.width || first.height != second.height)
    return mapText("they are of different size");
  if (!first.placed || !second.placed) return {};
  const QTransform a = transformOf(first.transform), b = transformOf(second.transform);
  const double pixel = std::hypot(first.transform[1], first.transform[4]);
  for (const QPointF& corner : {QPointF(0, 0), QPointF(static_cast<double>(first.width),
                                                       static_cast<double>(first.height))}) {
    const QPointF apart = a.map(corner) - b.map(corner);
    if (std::hypot(apart.x(), apart.y()) > kSamePixels * pixel)
      return mapText("they lie at different places");
  }
  return {};
}

MapLayer differenceOf(const MapLayer& first, const MapLayer& second) {
  MapLayer layer = first;
  layer.name = mapText("%1 - %2").arg(first.name, second.name);
  layer.kind = MapLayer::Kind::kDifference;
  layer.other = second.raster;
  layer.of_classes = first.kind == MapLayer::Kind::kClasses;
  return layer;
}

/// Degrees on the ellipsoid: M and N of the row's middle (Snyder 1987, section 4).
std::optional<double> pixelArea(const RasterFacts& facts, std::int64_t row) {
  if (!facts.placed) return std::nullopt;
  const MapTransform& t = facts.transform;
  const double units = std::abs(t[1] * t[5] - t[2] * t[4]);
  if (facts.metres > 0 && !facts.geographic) return units * facts.metres * facts.metres;
  if (!facts.geographic) return std::nullopt;
  const double radian = std::numbers::pi / 180;
  const double latitude = (t[3] + (static_cast<double>(row) + 0.5) * t[5]) * radian;
  const double squared = kFlattening * (2 - kFlattening);
  const double w = 1 - squared * std::sin(latitude) * std::sin(latitude);
  const double meridian = kEquator * (1 - squared) / (w * std::sqrt(w));
  const double parallel = kEquator / std::sqrt(w) * std::cos(latitude);
  return units * radian * radian * meridian * parallel;
}

}  // namespace warmstart
