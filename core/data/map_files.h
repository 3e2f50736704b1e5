// A data set that reads files in tiles and puts what a model says of them together into maps:
// `warmstart predict` asks for it with a cast, as it knows what size the model takes.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/data/dataset.h"

namespace warmstart {

/// Edge of the tiles for a model that takes any.
inline constexpr std::int64_t kFreeMapTile = 256;

struct MapRequest {
  std::int64_t tile = 0;    ///< edge of the tiles
  bool confidence = false;  ///< the probability of the class too, whatever the recipe says
};

class MapFiles {
 public:
  virtual ~MapFiles() = default;
  /// Edge of the tiles as the recipe has it; 0: as the model takes them.
  virtual std::int64_t map_tile() const = 0;
  /// As Dataset::for_files. Every sample is a tile of `tile` x `tile` pixels and has the field
  /// `geotransform`, which save_prediction wants back as the transforms left it.
  virtual std::shared_ptr<Dataset> for_maps(const std::vector<std::string>& paths,
                                            const MapRequest& request) const = 0;
};

}  // namespace warmstart
