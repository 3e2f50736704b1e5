// Labels drawn as shapes (GeoJSON, GeoPackage) burned onto a raster's grid. Files pass a guarded
// reading first, as rasters do (raster_gate.h).
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/base/json.h"
#include "plugins/satellite/io/raster.h"

namespace warmstart::satellite {

/// True for a name that ends like a vector file's (.geojson, .gpkg).
bool is_vector_name(const Path& path);

/// Reads every shape and its attributes; an Error for a file that is none, is empty, or is damaged.
/// The reader program's work; returns the verdict's line {"good", "shapes", "attributes"}.
Json judge_vector(const Path& file);

/// Admits the files through one guarded reading each. Error naming the first bad one.
void require_good_vectors(const std::vector<Path>& files);

struct BurnSettings {
  std::string attribute;             ///< what names a shape's class; "" = all are class 1
  std::vector<std::string> classes;  ///< the first is the ground between shapes
  std::string layer;                 ///< "" = the file has one alone
  bool all_touched = false;  ///< every pixel that a shape touches, not those whose centre it holds
};

/// Error unless the layer is there and every shape's attribute is one of the classes.
void check_shapes(const Path& file, const BurnSettings& settings);

/// Class numbers (row, column) of the window; later classes lie over earlier ones. Shapes of
/// another CRS are brought to the grid's. Errors: a grid or
/// a file without CRS.
std::vector<std::uint8_t> burn_labels(const Path& file, const RasterInfo& grid,
                                      const Window& window, const BurnSettings& settings);

}  // namespace warmstart::satellite
