// A part of a raster of which not all can be read: a damaged block costs what lies beside it no
// more than a few pixels. What the map reads tiles, spreads of values and areas with.
#pragma once
#include <QRectF>
#include <string>
#include <vector>

#include "views/map/map_raster.h"

namespace warmstart {

struct ReadPieces {
  std::vector<float> values;       ///< (band, row, column), NaN where they could not be read too
  std::vector<QRectF> unreadable;  ///< in pixels of the raster; empty = all was read
  std::int64_t lost = 0;           ///< how many values of a band these are
  std::string problem;             ///< why the first of these could not be read
};

/// Reads the part at once, or where that fails in pieces of 64 x 64 values. Any thread.
ReadPieces readPieces(MapRaster& raster, const std::vector<int>& bands, const RasterPart& part);

}  // namespace warmstart
