#include "views/map/map_scene.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <set>

#include "core/base/error.h"
#include "views/map/raster_pieces.h"
#include "views/map/raster_stream.h"

namespace warmstart {
namespace {

/// Windows along each axis, and pixels of a window's edge: of the first look, and of the one where
/// that saw no data.
constexpr int kFewWindows = 3, kManyWindows = 16;
constexpr std::int64_t kLargeWindow = 96, kSmallWindow = 16;
constexpr double kSamePixels = 0.01;  ///< how far corners may lie apart, in pixels
constexpr double kEquator = 6378137, kFlattening = 1 / 298.257223563;  // WGS 84

QString mapText(const char* text) { return QCoreApplication::translate("Map", text); }

/// Windows over the whole raster, at its own resolution: cheap however large it is.
std::vector<RasterPart> sampledParts(const RasterFacts& facts, int windows, std::int64_t edge) {
  const std::int64_t columns = std::min(edge, facts.width);
  const std::int64_t rows = std::min(edge, facts.height);
  const auto along = [windows](int step, std::int64_t all, std::int64_t size) {
    return std::floor(static_cast<double>(all - size) * step / (windows - 1));
  };
  std::vector<RasterPart> parts;
  for (int i = 0; i < windows * windows; ++i)
    parts.push_back({along(i % windows, facts.width, columns),
                     along(i / windows, facts.height, rows), static_cast<double>(columns),
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
  std::string problem;
  std::int64_t left = 0;  // values that could be read
  for (const RasterPart& part : parts) {
    const ReadPieces read = readPieces(raster, bands, part);
    if (problem.empty()) problem = read.problem;
    left += part.columns * part.rows - read.lost;
    const auto plane = static_cast<std::size_t>(part.columns * part.rows);
    for (std::size_t i = 0; i < read.values.size(); ++i) {
      if (std::isfinite(read.values[i])) spreads[i / plane].sorted.push_back(read.values[i]);
    }
  }
  if (left == 0) throw Error(problem, raster.file().string(), "copy the file again");
  for (BandSpread& spread : spreads) std::sort(spread.sorted.begin(), spread.sorted.end());
  return spreads;
}

/// A scene is often an island in much that holds no data: what the first look saw nothing of is
/// looked for in more places.
std::vector<BandSpread> spreadsOf(MapRaster& raster) {
  const RasterFacts& facts = raster.facts();
  std::vector<BandSpread> few = spreadsOf(raster, sampledParts(facts, kFewWindows, kLargeWindow));
  const auto empty = [](const BandSpread& spread) { return spread.sorted.empty(); };
  if (std::none_of(few.begin(), few.end(), empty)) return few;
  const std::vector<BandSpread> many =
      spreadsOf(raster, sampledParts(facts, kManyWindows, kSmallWindow));
  for (std::size_t i = 0; i < few.size(); ++i) {
    if (empty(few[i])) few[i] = many[i];
  }
  return few;
}

int classOf(float value) {
  constexpr float kMost = 1e9F;  // an int holds it
  return static_cast<int>(std::lround(std::clamp(value, -kMost, kMost)));
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
