#include "plugins/medical/io/volume.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace warmstart::medical {
namespace {

struct Strides {
  std::array<std::int64_t, 3> step{};
  std::int64_t start = 0;
};

// Where canonical voxel (x,y,z) sits among the stored ones: start + x*step[0] + y*step[1] +
// z*step[2].
Strides stored_strides(const Grid& grid) {
  const Orientation orientation = closest_orientation(grid);
  const std::array<std::int64_t, 3> along{1, grid.size[0], grid.size[0] * grid.size[1]};
  Strides strides;
  for (int a = 0; a < 3; ++a) {
    const int axis = orientation.axis[a];
    strides.step[a] = orientation.flip[a] ? -along[axis] : along[axis];
    if (orientation.flip[a]) strides.start += along[axis] * (grid.size[axis] - 1);
  }
  return strides;
}

// Calls visit(position in canonical order, position in stored order) for every voxel.
template <class Visit>
void for_each_voxel(const Grid& grid, Visit visit) {
  const Strides strides = stored_strides(grid);
  const Size3 size = canonical(grid).size;
  std::int64_t ordered = 0;
  for (std::int64_t z = 0; z < size[2]; ++z) {
    for (std::int64_t y = 0; y < size[1]; ++y) {
      std::int64_t stored = strides.start + z * strides.step[2] + y * strides.step[1];
      for (std::int64_t x = 0; x < size[0]; ++x, stored += strides.step[0])
        visit(ordered++, stored);
    }
  }
}

std::string volume_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

}  // namespace

Vector3 Grid::spacing() const {
  Vector3 spacing{};
  for (int c = 0; c < 3; ++c) {
    spacing[c] = std::hypot(affine[c], affine[4 + c], affine[8 + c]);
  }
  return spacing;
}

Vector3 Grid::world(const Vector3& index) const {
  Vector3 point{};
  for (int r = 0; r < 3; ++r) {
    point[r] = affine[4 * r + 3];
    for (int c = 0; c < 3; ++c) point[r] += affine[4 * r + c] * index[c];
  }
  return point;
}

Orientation closest_orientation(const Grid& grid) {
  const Vector3 spacing = grid.spacing();
  const auto cosine = [&](int world, int axis) {
    return grid.affine[4 * world + axis] / spacing[axis];
  };
  std::array<int, 3> order{0, 1, 2};
  Orientation best;
  double best_score = -1;
  do {
    double score = 0;
    for (int a = 0; a < 3; ++a) score += std::abs(cosine(a, order[a]));
    if (score > best_score + 1e-9) {
      best_score = score;
      best.axis = order;
    }
  } while (std::next_permutation(order.begin(), order.end()));
  for (int a = 0; a < 3; ++a) best.flip[a] = cosine(a, best.axis[a]) < 0;
  return best;
}

Grid canonical(const Grid& grid) {
  const Orientation orientation = closest_orientation(grid);
  Grid result;
  Vector3 origin{};
  for (int a = 0; a < 3; ++a) {
    const int axis = orientation.axis[a];
    result.size[a] = grid.size[axis];
    const double sign = orientation.flip[a] ? -1 : 1;
    for (int r = 0; r < 3; ++r) result.affine[4 * r + a] = sign * grid.affine[4 * r + axis];
    if (orientation.flip[a]) origin[axis] = static_cast<double>(grid.size[axis] - 1);
  }
  const Vector3 corner = grid.world(origin);
  for (int r = 0; r < 3; ++r) result.affine[4 * r + 3] = corner[r];
  return result;
}

template <class T>
std::vector<T> to_canonical(const Grid& grid, const std::vector<T>& stored) {
  std::vector<T> result(stored.size());
  for_each_voxel(grid, [&](std::int64_t o, std::int64_t s) { result[o] = stored[s]; });
  return result;
}

template <class T>
std::vector<T> from_canonical(const Grid& grid, const std::vector<T>& ordered) {
  std::vector<T> result(ordered.size());
  for_each_voxel(grid, [&](std::int64_t o, std::int64_t s) { result[s] = ordered[o]; });
  return result;
}

template std::vector<float> to_canonical(const Grid&, const std::vector<float>&);
template std::vector<float> from_canonical(const Grid&, const std::vector<float>&);
template std::vector<std::int16_t> from_canonical(const Grid&, const std::vector<std::int16_t>&);

std::string by_x(const Vector3& numbers) {
  return volume_number(numbers[0]) + "x" + volume_number(numbers[1]) + "x" +
         volume_number(numbers[2]);
}

std::string by_x(const Size3& numbers) {
  return std::to_string(numbers[0]) + "x" + std::to_string(numbers[1]) + "x" +
         std::to_string(numbers[2]);
}

std::string grid_difference(const Grid& first, const Grid& second, double tolerance_mm) {
  if (first.size != second.size) return "size " + by_x(first.size) + " vs " + by_x(second.size);
  const Vector3 a = first.spacing(), b = second.spacing();
  double worst = 0;
  for (int corner = 0; corner < 8; ++corner) {
    Vector3 index{};
    for (int c = 0; c < 3; ++c) {
      if (corner >> c & 1) index[c] = static_cast<double>(first.size[c] - 1);
    }
    const Vector3 p = first.world(index), q = second.world(index);
    worst = std::max(worst, std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]));
  }
  if (worst <= tolerance_mm) return "";
  for (int c = 0; c < 3; ++c) {
    if (std::abs(a[c] - b[c]) * static_cast<double>(std::max<std::int64_t>(1, first.size[c] - 1)) >
        tolerance_mm) {
      return "spacing " + by_x(a) + " vs " + by_x(b) + " mm";
    }
  }
  const Vector3 p = first.world({0, 0, 0}), q = second.world({0, 0, 0});
  return "origin " + by_x(p) + " vs " + by_x(q) + " mm, up to " + volume_number(worst) +
         " mm apart in a corner, tolerance " + volume_number(tolerance_mm) + " mm";
}

}  // namespace warmstart::medical
