#include "plugins/medical/geometry/surface_distance.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "plugins/medical/geometry/distance_transform.h"

namespace warmstart::medical {
namespace {

struct Box {
  Size3 low{}, high{};  // both included
  bool empty = true;
  Size3 size() const { return {high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1}; }
};

// The smallest box around what is set in either mask; no surface voxel lies outside it.
Box union_box(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second,
              const Size3& size) {
  Box box;
  box.low = size;
  box.high = {-1, -1, -1};
  std::size_t row = 0;
  for (std::int64_t z = 0; z < size[2]; ++z) {
    for (std::int64_t y = 0; y < size[1]; ++y, row += static_cast<std::size_t>(size[0])) {
      std::int64_t left = 0, right = size[0] - 1;
      while (left <= right && !first[row + left] && !second[row + left]) ++left;
      if (left > right) continue;
      while (!first[row + right] && !second[row + right]) --right;
      box.empty = false;
      box.low = {std::min(box.low[0], left), std::min(box.low[1], y), std::min(box.low[2], z)};
      box.high = {std::max(box.high[0], right), std::max(box.high[1], y), std::max(box.high[2], z)};
    }
  }
  return box;
}

// The box's part of the mask, 1 where a voxel is on the surface.
std::vector<std::uint8_t> surface_in(std::span<const std::uint8_t> mask, const Size3& size,
                                     const Box& box) {
  const std::int64_t dy = size[0], dz = size[0] * size[1];
  const Size3 inner = box.size();
  std::vector<std::uint8_t> surface(static_cast<std::size_t>(inner[0] * inner[1] * inner[2]));
  std::size_t next = 0;
  for (std::int64_t z = box.low[2]; z <= box.high[2]; ++z) {
    for (std::int64_t y = box.low[1]; y <= box.high[1]; ++y) {
      const bool edge = z == 0 || y == 0 || z == size[2] - 1 || y == size[1] - 1;
      const std::uint8_t* at = mask.data() + z * dz + y * dy + box.low[0];
      for (std::int64_t x = box.low[0]; x <= box.high[0]; ++x, ++at, ++next) {
        if (!*at) continue;
        const bool inside = !edge && x > 0 && x < size[0] - 1 && at[-1] && at[1] && at[-dy] &&
                            at[dy] && at[-dz] && at[dz];
        surface[next] = !inside;
      }
    }
  }
  return surface;
}

std::vector<double> distances_at(const std::vector<std::uint8_t>& surface,
                                 const std::vector<float>& squared) {
  std::vector<double> distances;
  for (std::size_t i = 0; i < surface.size(); ++i) {
    if (surface[i]) distances.push_back(std::sqrt(static_cast<double>(squared[i])));
  }
  return distances;
}

bool any_set(const std::vector<std::uint8_t>& mask) {
  return std::any_of(mask.begin(), mask.end(), [](std::uint8_t value) { return value != 0; });
}

}  // namespace

SurfaceDistances surface_distances(std::span<const std::uint8_t> first,
                                   std::span<const std::uint8_t> second, const Size3& size,
                                   const Vector3& spacing) {
  const Box box = union_box(first, second, size);
  if (box.empty) return {};
  const auto a = surface_in(first, size, box), b = surface_in(second, size, box);
  if (!any_set(a) || !any_set(b)) return {};
  return {distances_at(a, squared_distances(b, box.size(), spacing)),
          distances_at(b, squared_distances(a, box.size(), spacing))};
}

double hausdorff95(const SurfaceDistances& distances) {
  if (!distances.defined()) return std::numeric_limits<double>::quiet_NaN();
  std::vector<double> pooled = distances.first_to_second;
  pooled.insert(pooled.end(), distances.second_to_first.begin(), distances.second_to_first.end());
  const double rank = 0.95 * static_cast<double>(pooled.size() - 1);
  const auto below = static_cast<std::ptrdiff_t>(std::floor(rank));
  std::nth_element(pooled.begin(), pooled.begin() + below, pooled.end());
  const double low = pooled[below];
  if (below + 1 == static_cast<std::ptrdiff_t>(pooled.size())) return low;
  const double high = *std::min_element(pooled.begin() + below + 1, pooled.end());
  return low + (rank - static_cast<double>(below)) * (high - low);
}

double average_surface_distance(const SurfaceDistances& distances) {
  if (!distances.defined()) return std::numeric_limits<double>::quiet_NaN();
  const auto& a = distances.first_to_second;
  const auto& b = distances.second_to_first;
  const double sum = std::accumulate(a.begin(), a.end(), std::accumulate(b.begin(), b.end(), 0.0));
  return sum / static_cast<double>(a.size() + b.size());
}

}  // namespace warmstart::medical
