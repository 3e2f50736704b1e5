// What is known of a raster beside its pixels, as plain values: size, bands, and where it lies on
// the Earth. Made by RasterFile, carried by verdicts, written back by RasterWriter.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace warmstart::satellite {

/// Where pixels lie: x = t[0] + column t[1] + row t[2], y = t[3] + column t[4] + row t[5], in the
/// units of the CRS; (0, 0) is the outer corner of the first pixel (GDAL's geotransform).
struct Place {
  std::string crs;  ///< WKT; "" = unknown
  std::array<double, 6> transform{0, 1, 0, 0, 0, 1};
  /// (x, y) of a point given in pixels (column, row).
  std::array<double, 2> at(double column, double row) const;
};

struct RasterBand {
  std::string name;  ///< the file's description, else its colour ("red"), else "band 1", ...
  std::string unit, type;
  double scale = 1, offset = 0;   ///< physical = stored * scale + offset
  std::optional<double> no_data;  ///< stored value
  double low = 0, high = 0;       ///< physical range; known of admitted files only
  std::int64_t valid = 0;         ///< pixels with data; known of admitted files only
};

struct RasterInfo {
  std::int64_t width = 0, height = 0;
  std::vector<RasterBand> bands;
  std::optional<Place> place;  ///< none: the file says nothing of it
};

Json to_json(const RasterInfo& info);
RasterInfo raster_info_from_json(const Json& json);

/// A part of a raster in pixels.
struct Window {
  std::int64_t column = 0, row = 0, width = 0, height = 0;
};

/// The numbers of the bands named, in that order; a name is a whole one ("B4 red"), one of its
/// words ("red"), or a number counted from 1. Empty `names`: all. Error naming the file for a
/// missing or ambiguous one, with the names there are.
std::vector<std::size_t> pick_bands(const std::vector<RasterBand>& bands,
                                    const std::vector<std::string>& names,
                                    const std::string& where);

/// "" when both cover the same pixels, else the first difference with both numbers. Where one of
/// them has no georeference only the sizes are compared. `tolerance`: of corners, in pixels.
std::string grid_difference(const RasterInfo& first, const RasterInfo& second,
                            double tolerance = 0.01);

/// "EPSG:32612", else the CRS's name; "none" for "".
std::string crs_name(const std::string& wkt);

struct GroundUnit {
  bool geographic = false;  ///< x and y are degrees
  double metres = 0;        ///< a unit of x and y; 0 = unknown, or degrees
};
GroundUnit ground_unit(const std::string& wkt);

/// Latitude and longitude (degrees, WGS 84) of points in pixels. Empty when the CRS is unknown or
/// not of the Earth.
std::vector<std::array<double, 2>> latitudes_longitudes(
    const Place& place, const std::vector<std::array<double, 2>>& pixels);

}  // namespace warmstart::satellite
