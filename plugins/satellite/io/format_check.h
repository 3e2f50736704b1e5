// What can be said of a raster before GDAL may open it: its format by its first bytes (names are
// not trusted), whether a TIFF is whole, and which files a VRT draws on. Cheap; called by the gate
// in this process and by the reader again.
#pragma once
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart::satellite {

enum class RasterFormat { kTiff, kVrt, kPng, kJpeg, kJpeg2000 };

/// Errors: missing, empty, none of the formats.
RasterFormat raster_format(const Path& path);
/// True for a name that ends like a raster's (.tif, .tiff, .vrt, .png, .jpg, .jpeg, .jp2, ...).
bool is_raster_name(const Path& path);

/// Where the files may lie that a VRT draws on.
enum class VrtSources { kInItsFolder, kAnywhere };

/// Checks the file and, for a VRT, everything it draws on; returns those files (the raster itself
/// first). Errors name the file: a cut TIFF with the block and the bytes; a VRT that names a file
/// where it may not, or holds an element that is not on the list of harmless ones.
std::vector<Path> check_raster(const Path& path, VrtSources sources = VrtSources::kInItsFolder);

/// Every strip or tile of every directory must lie within the file (TIFF and BigTIFF).
void check_tiff(const Path& path);
/// The files a VRT names. See check_raster.
std::vector<Path> check_vrt(const Path& path, VrtSources sources);

}  // namespace warmstart::satellite
