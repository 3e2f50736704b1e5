// Rasters that the tests of the Map panel write.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "plugins/satellite/io/raster_writer.h"

namespace warmstart {

inline constexpr const char* kUtm12 =
    "PROJCS[\"WGS 84 / UTM zone 12N\",GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\","
    "6378137,298.257223563]],PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433],AUTHORITY["
    "\"EPSG\",\"4326\"]],PROJECTION[\"Transverse_Mercator\"],PARAMETER[\"latitude_of_origin\",0],"
    "PARAMETER[\"central_meridian\",-111],PARAMETER[\"scale_factor\",0.9996],PARAMETER["
    "\"false_easting\",500000],PARAMETER[\"false_northing\",0],UNIT[\"metre\",1],AUTHORITY["
    "\"EPSG\",\"32612\"]]";
inline constexpr std::int64_t kWide = 300, kHigh = 200;

using Values = std::vector<float>;

inline satellite::Place utm() { return {kUtm12, {325000, 30, 0, 4141000, 0, -30}}; }

inline void writeRaster(const Path& file, const std::vector<std::string>& names,
                        const std::vector<Values>& bands,
                        std::optional<satellite::Place> place = utm(), bool classes = false,
                        std::int64_t wide = kWide, std::int64_t high = kHigh) {
  satellite::WriterSettings settings;
  settings.width = wide, settings.height = high;
  settings.place = std::move(place);
  settings.whole_numbers = classes;
  for (const std::string& name : names) settings.bands.push_back({name, std::nullopt});
  if (classes) settings.notes = {{"CLASS_0", "water"}, {"CLASS_1", "forest"}, {"CLASS_2", "field"}};
  satellite::RasterWriter writer(file, settings);
  for (std::size_t i = 0; i < bands.size(); ++i) writer.write(i, {0, 0, wide, high}, bands[i]);
  writer.finish();
}

/// A value for each pixel by its column and row.
template <class Function>
Values plane(Function value, std::int64_t wide = kWide, std::int64_t high = kHigh) {
  Values values;
  for (std::int64_t row = 0; row < high; ++row) {
    for (std::int64_t column = 0; column < wide; ++column)
      values.push_back(static_cast<float>(value(column, row)));
  }
  return values;
}

}  // namespace warmstart
