// Which tiles train and which test, so that no test tile has a neighbour in training: tiles of one
// block of ground go into one part together, and those too near to a held-out tile are left out
// (spatial blocking, Roberts et al. 2017). Looks at places only.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "plugins/satellite/io/raster.h"

namespace warmstart::satellite {

/// The ground that a tile covers. Tiles of different spaces are never neighbours.
struct Footprint {
  std::string space;  ///< a CRS, or a scene's name where it has no georeference
  double left = 0, top = 0, right = 0, bottom = 0;  ///< left <= right, top <= bottom; any unit
};

Footprint footprint_of(const std::string& scene, const RasterInfo& info, const Window& window);

struct SpatialSplit {
  std::string part = "all";  ///< all, train, validation, test
  double test_share = 0, validation_share = 0;
  double block = 3;  ///< edge of a block, in tiles
  double gap = 1;    ///< ground between parts, in tiles
  std::int64_t draw = 0;
};

enum class SplitPart { kTrain, kValidation, kTest, kNone };
/// Of each tile. See tiles_of_part.
std::vector<SplitPart> parts_of_tiles(const std::vector<Footprint>& tiles,
                                      const SpatialSplit& split);

/// The numbers of the part's tiles, in order; the same parts for every part asked of one list.
/// Blocks are drawn into test, then validation, until their share of all tiles is reached. Tiles
/// closer than the gap to test are in no other part, closer than it to validation not in train.
/// Errors: a part without a tile.
std::vector<std::size_t> tiles_of_part(const std::vector<Footprint>& tiles,
                                       const SpatialSplit& split);

}  // namespace warmstart::satellite
