// A raster as the map reads it: what it says of itself, and windows of its values. Files come
// through RasterStream, tiles that a run recorded are a CaptureRaster.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart {

/// (x, y) = (t0 + column t1 + row t2, t3 + column t4 + row t5) of a point in pixels; (0, 0) is the
/// outer corner of the first pixel (GDAL's geotransform).
using MapTransform = std::array<double, 6>;

struct RasterFacts {
  struct Band {
    std::string name, unit, type;
  };
  std::int64_t width = 0, height = 0;
  std::vector<Band> bands;
  bool placed = false;  ///< the file says where it lies
  MapTransform transform{0, 1, 0, 0, 0, 1};
  std::string crs;          ///< WKT; "" = unknown
  std::string crs_name;     ///< "EPSG:32612"
  bool geographic = false;  ///< x and y are degrees
  double metres = 0;        ///< a unit of x and y; 0 = unknown
  std::vector<std::string>
      classes;  ///< what whole numbers stand for ("" = not named); may be empty
};

/// A grid over a part of the raster: `columns` x `rows` values over a rectangle in pixels.
struct RasterPart {
  double left = 0, top = 0, width = 0, height = 0;
  std::int64_t columns = 0, rows = 0;
  bool nearest = true;  ///< else the mean of the pixels that a value covers
};

class MapRaster {
 public:
  virtual ~MapRaster() = default;
  const Path& file() const { return file_; }
  const RasterFacts& facts() const { return facts_; }
  /// Physical values (band, row, column), NaN where there is no data. Any thread. Error: why this
  /// part cannot be read; others may (see raster_pieces.h).
  virtual std::vector<float> read(const std::vector<int>& bands, const RasterPart& part) = 0;
  /// Latitude and longitude of a point in pixels, degrees; nothing where that is not known.
  virtual std::optional<std::array<double, 2>> latitudeLongitude(double column, double row) = 0;

 protected:
  explicit MapRaster(Path file) : file_(std::move(file)) {}
  Path file_;
  RasterFacts facts_;
};
using RasterPtr = std::shared_ptr<MapRaster>;

}  // namespace warmstart
