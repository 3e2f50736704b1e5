// What the map shows, as values: layers over one ground. The ground's units are pixels of the first
// layer; every other layer lies on it by its own transform. Made off the GUI thread, drawn by
// MapCanvas, never changed after that.
#pragma once
#include <QRectF>
#include <QString>
#include <QTransform>
#include <memory>
#include <optional>
#include <vector>

#include "views/map/map_raster.h"

namespace warmstart {

/// How the values of a band spread.
struct BandSpread {
  std::vector<float> sorted;  ///< some of its values
  /// `share` from 0 to 1; 0 where the band has no data.
  float at(double share) const;
};

struct MapLayer {
  enum class Kind {
    kBands,       ///< composite of three, or one with a colour map
    kClasses,     ///< whole numbers, each with the colour of its class
    kDifference,  ///< where two layers of classes differ, or one amount less another
  };
  QString name;
  Kind kind = Kind::kBands;
  RasterPtr raster;
  RasterPtr other;          ///< kDifference: what is subtracted; lies on the same pixels
  bool of_classes = false;  ///< kDifference: of classes, not of amounts
  bool of_run = false;      ///< what a run recorded; it comes and goes with the run's steps
  QTransform to_ground;     ///< of this layer's pixels
  std::vector<BandSpread> spreads;
  QRectF bounds() const;  ///< in its own pixels
};

struct MapScene {
  std::vector<MapLayer> layers;  ///< the lowest first
  /// In units of the ground.
  QRectF bounds() const;
};
using MapScenePtr = std::shared_ptr<const MapScene>;
using MapLayerPtr = std::shared_ptr<const MapLayer>;
/// Keeps its scene alive; nullptr where there is no such layer.
MapLayerPtr layerOf(const MapScenePtr& scene, int layer);

/// How each band spreads over those parts, or over windows of the whole; what cannot be read is
/// left out. Not on the GUI thread. Error: none of it can be read.
std::vector<BandSpread> spreadsOf(MapRaster& raster, const std::vector<RasterPart>& parts);
std::vector<BandSpread> spreadsOf(MapRaster& raster);

/// Opens the file as a layer over `ground` (of none: it is the ground). Not on the GUI thread.
/// Errors: as RasterStream; another CRS than the ground's; a size that tells nothing of its place.
MapLayer openLayer(const Path& file, const RasterFacts* ground);

/// From a raster's pixels to the ground's. Errors: another CRS than the ground's; a size that tells
/// nothing of its place. `file`: for errors.
QTransform onGround(const RasterFacts& facts, const RasterFacts& ground, const Path& file);

/// "" when both cover the same pixels, so that one can be subtracted; else why not.
QString whyNotSamePixels(const RasterFacts& first, const RasterFacts& second);
MapLayer differenceOf(const MapLayer& first, const MapLayer& second);

/// Square metres of a pixel of that row; nothing where the raster is not on the Earth.
std::optional<double> pixelArea(const RasterFacts& facts, std::int64_t row);
QTransform transformOf(const MapTransform& transform);
/// The class that a value of a layer of classes stands for.
int classOf(float value);

}  // namespace warmstart
