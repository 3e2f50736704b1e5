// What a model said of one tile of a scene, on the tile's own pixels: a map is made of these
// (scene_map.h).
#pragma once
#include <ATen/core/Tensor.h>

#include <string>

#include "core/data/batch.h"

namespace warmstart::satellite {

/// A tile as the data set gave it, before the transforms.
struct TileGrid {
  std::int64_t height = 0, width = 0;
  at::Tensor geotransform;  ///< (6) float64
};

/// Outputs' `logits` (K,h,w) as (K,height,width). The transforms may have brought the tile to
/// another size, as `geotransform` of the outputs tells; scores of that size are brought back,
/// bilinearly with pixel centres aligned. Errors, naming both sizes: no score for each pixel of
/// what the model saw; transforms that cut, turn or mirror the tile.
at::Tensor scores_on_tile(const Batch& outputs, const TileGrid& tile, const std::string& name);

}  // namespace warmstart::satellite
