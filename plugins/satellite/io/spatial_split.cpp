#include "plugins/satellite/io/spatial_split.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "core/base/error.h"
#include "core/base/random.h"

namespace warmstart::satellite {
namespace {

using BlockKey = std::tuple<std::string, std::int64_t, std::int64_t>;

/// Mean edge of the tiles: what blocks and gaps are counted in.
double tile_edge(const std::vector<Footprint>& tiles) {
  double sum = 0;
  for (const Footprint& tile : tiles) sum += (tile.right - tile.left) + (tile.bottom - tile.top);
  return sum / (2 * static_cast<double>(tiles.size()));
}

std::map<BlockKey, std::vector<std::size_t>> blocks_of(const std::vector<Footprint>& tiles,
                                                       double edge) {
  std::map<std::string, std::pair<double, double>> corners;
  for (const Footprint& tile : tiles) {
    const auto [found, fresh] = corners.try_emplace(tile.space, tile.left, tile.top);
    if (fresh) continue;
    found->second.first = std::min(found->second.first, tile.left);
    found->second.second = std::min(found->second.second, tile.top);
  }
  std::map<BlockKey, std::vector<std::size_t>> blocks;
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    const auto& [left, top] = corners.at(tiles[i].space);
    const double x = (tiles[i].left + tiles[i].right) / 2 - left,
                 y = (tiles[i].top + tiles[i].bottom) / 2 - top;
    blocks[{tiles[i].space, static_cast<std::int64_t>(std::floor(x / edge)),
            static_cast<std::int64_t>(std::floor(y / edge))}]
        .push_back(i);
  }
  return blocks;
}

bool nearer_than(const Footprint& a, const Footprint& b, double gap) {
  if (a.space != b.space) return false;
  const double across = std::max(a.left - b.right, b.left - a.right),
               down = std::max(a.top - b.bottom, b.top - a.bottom);
  return across < gap && down < gap;
}

/// Takes tiles of `from` that lie nearer than `gap` to a tile of `to` out.
void leave_gap(const std::vector<Footprint>& tiles, std::vector<SplitPart>& parts, SplitPart from,
               SplitPart to, double gap) {
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    if (parts[i] != from) continue;
    for (std::size_t k = 0; k < tiles.size(); ++k) {
      if (parts[k] != to || !nearer_than(tiles[i], tiles[k], gap)) continue;
      parts[i] = SplitPart::kNone;
      break;
    }
  }
}

}  // namespace

std::vector<SplitPart> parts_of_tiles(const std::vector<Footprint>& tiles,
                                      const SpatialSplit& split) {
  const double edge = tile_edge(tiles);
  const auto blocks = blocks_of(tiles, edge * split.block);
  std::vector<const std::vector<std::size_t>*> order;
  for (const auto& [key, members] : blocks) order.push_back(&members);
  Random random(mix_seed(static_cast<std::uint64_t>(split.draw), "satellite.split"));
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1],
              order[static_cast<std::size_t>(random.integer(0, static_cast<std::int64_t>(i) - 1))]);
  std::vector<SplitPart> parts(tiles.size(), SplitPart::kTrain);
  std::size_t block = 0;
  const auto fill = [&](SplitPart part, double share) {
    const double wanted = share * static_cast<double>(tiles.size());
    for (double have = 0; have < wanted && block < order.size(); ++block) {
      for (const std::size_t tile : *order[block]) parts[tile] = part;
      have += static_cast<double>(order[block]->size());
    }
  };
  fill(SplitPart::kTest, split.test_share);
  fill(SplitPart::kValidation, split.validation_share);
  const double gap = edge * split.gap * (1 - 1e-6);
  leave_gap(tiles, parts, SplitPart::kValidation, SplitPart::kTest, gap);
  leave_gap(tiles, parts, SplitPart::kTrain, SplitPart::kTest, gap);
  leave_gap(tiles, parts, SplitPart::kTrain, SplitPart::kValidation, gap);
  return parts;
}

Footprint footprint_of(const std::string& scene, const RasterInfo& info, const Window& window) {
  const auto left = static_cast<double>(window.column), top = static_cast<double>(window.row);
  const double right = left + static_cast<double>(window.width),
               bottom = top + static_cast<double>(window.height);
  if (!info.place) return {scene, left, top, right, bottom};
  Footprint print{crs_name(info.place->crs), 0, 0, 0, 0};
  bool first = true;
  for (const auto& [column, row] :
       {std::pair{left, top}, {right, top}, {left, bottom}, {right, bottom}}) {
    const auto [x, y] = info.place->at(column, row);
    print.left = first ? x : std::min(print.left, x);
    print.right = first ? x : std::max(print.right, x);
    print.top = first ? y : std::min(print.top, y);
    print.bottom = first ? y : std::max(print.bottom, y);
    first = false;
  }
  return print;
}

std::vector<std::size_t> tiles_of_part(const std::vector<Footprint>& tiles,
                                       const SpatialSplit& split) {
  std::vector<std::size_t> chosen;
  if (split.part == "all") {
    for (std::size_t i = 0; i < tiles.size(); ++i) chosen.push_back(i);
    return chosen;
  }
  const SplitPart wanted = split.part == "test"         ? SplitPart::kTest
                           : split.part == "validation" ? SplitPart::kValidation
                                                        : SplitPart::kTrain;
  const std::vector<SplitPart> parts = parts_of_tiles(tiles, split);
  for (std::size_t i = 0; i < tiles.size(); ++i)
    if (parts[i] == wanted) chosen.push_back(i);
  if (!chosen.empty()) return chosen;
  throw Error("no tile falls into the part '" + split.part + "' of " +
                  std::to_string(tiles.size()) + " tiles",
              "satellite data", "give it a share, smaller blocks or a smaller gap");
}

}  // namespace warmstart::satellite
