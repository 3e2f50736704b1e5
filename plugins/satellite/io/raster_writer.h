// Writes a GeoTIFF window by window: tiled, deflated, with the place it was given, so that a result
// of any size lies on its scene to the pixel and never is in memory whole. The file appears under
// its name when finish() succeeds; without it nothing is left behind.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/files.h"
#include "plugins/satellite/io/raster.h"

namespace warmstart::satellite {

struct WrittenBand {
  std::string name;
  std::optional<double> no_data;
};

/// What a whole number stands for, and how it is drawn.
struct WrittenClass {
  std::string name;
  std::array<std::uint8_t, 3> colour{};  ///< red, green, blue
};

struct WriterSettings {
  std::int64_t width = 0, height = 0;
  std::optional<Place> place;
  bool whole_numbers = true;  ///< bytes, else float32
  std::vector<WrittenBand> bands;
  std::map<std::string, std::string> notes;  ///< kept as the file's metadata
  /// By value (0 to 254), of the first band. Colours go into the file's colour table; names, for
  /// which TIFF has no place, into FILE.aux.xml, where GDAL's programs and QGIS look.
  std::map<int, WrittenClass> classes;
};

class RasterWriter {
 public:
  /// Errors: the folder cannot be written to; what GDAL says.
  RasterWriter(const Path& path, const WriterSettings& settings);
  ~RasterWriter();
  RasterWriter(const RasterWriter&) = delete;
  RasterWriter& operator=(const RasterWriter&) = delete;
  /// `values` (row, column) of band `band` (from 0).
  void write(std::size_t band, const Window& window, const std::vector<float>& values);
  void finish();

 private:
  [[noreturn]] void fail(const std::string& why) const;
  void colour_classes() const;
  void write_class_names() const;
  struct Handle;
  Path path_, temporary_;
  std::map<int, WrittenClass> classes_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace warmstart::satellite
