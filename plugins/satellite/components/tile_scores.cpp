#include "plugins/satellite/components/tile_scores.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/error.h"
#include "core/models/image_check.h"

namespace warmstart::satellite {
namespace {

using TileMove = std::array<double, 6>;

/// From a point of what the model saw, in pixels, to the same ground in the tile: the inverse of
/// the tile's geotransform after the other one.
TileMove seen_to_tile(const at::Tensor& tile, const at::Tensor& seen) {
  const at::Tensor first = tile.contiguous(), second = seen.contiguous();
  const auto *g = first.data_ptr<double>(), *n = second.data_ptr<double>();
  const double det = g[1] * g[5] - g[2] * g[4];
  TileMove move{};
  for (int k = 0; k < 3; ++k) {
    const double x = k == 0 ? n[0] - g[0] : n[k], y = k == 0 ? n[3] - g[3] : n[3 + k];
    move[static_cast<std::size_t>(k)] = (g[5] * x - g[2] * y) / det;
    move[static_cast<std::size_t>(3 + k)] = (g[1] * y - g[4] * x) / det;
  }
  return move;
}

/// Height and width of what the model saw.
std::array<std::int64_t, 2> seen_size(const Batch& outputs, const TileGrid& tile,
                                      const std::string& name) {
  if (!outputs.has("geotransform")) return {tile.height, tile.width};
  const TileMove move =
      seen_to_tile(tile.geotransform, outputs.get("geotransform").to(at::kCPU, at::kDouble));
  constexpr double kTolerance = 1e-2;  // of a pixel, over the whole tile
  const auto edge = static_cast<double>(std::max(tile.height, tile.width));
  const bool stretched = std::abs(move[0]) < kTolerance && std::abs(move[3]) < kTolerance &&
                         std::abs(move[2]) * edge < kTolerance &&
                         std::abs(move[4]) * edge < kTolerance && move[1] > 0 && move[5] > 0;
  if (!stretched)
    throw Error("the transforms cut or turn the tile, so that its scores have no place in a map",
                name, "leave them out of the data entry that is measured");
  return {std::llround(static_cast<double>(tile.height) / move[5]),
          std::llround(static_cast<double>(tile.width) / move[1])};
}

}  // namespace

at::Tensor scores_on_tile(const Batch& outputs, const TileGrid& tile, const std::string& name) {
  const at::Tensor logits = outputs.get("logits").to(at::kCPU, at::kFloat);
  const std::array<std::int64_t, 2> own{tile.height, tile.width},
      seen = seen_size(outputs, tile, name);
  const bool fits = logits.dim() == 3 && logits.size(1) == seen[0] && logits.size(2) == seen[1];
  if (!fits) {
    const std::string shown = seen == own ? "" : ", which it saw as " + sizes_text(seen);
    throw Error("the model gives scores of " + sizes_text(logits.sizes()) + " for a tile of " +
                    sizes_text(own) + " pixels" + shown,
                name, "predict with a model that gives a score for each pixel of its input");
  }
  if (seen == own) return logits;
  return at::upsample_bilinear2d(logits.unsqueeze(0), own, /*align_corners=*/false).squeeze(0);
}

}  // namespace warmstart::satellite
