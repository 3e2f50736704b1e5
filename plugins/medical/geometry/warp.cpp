#include "plugins/medical/geometry/warp.h"

#include <algorithm>
#include <cmath>

namespace warmstart::medical {
namespace {

using Matrix3 = std::array<double, 9>;

Matrix3 multiply(const Matrix3& a, const Matrix3& b) {
  Matrix3 result{};
  for (int r = 0; r < 3; ++r) {
    for (int c = 0; c < 3; ++c) {
      for (int k = 0; k < 3; ++k) result[3 * r + c] += a[3 * r + k] * b[3 * k + c];
    }
  }
  return result;
}

Matrix3 rotation_about(int axis, double angle) {
  Matrix3 m{1, 0, 0, 0, 1, 0, 0, 0, 1};
  const int i = (axis + 1) % 3, j = (axis + 2) % 3;
  m[3 * i + i] = m[3 * j + j] = std::cos(angle);
  m[3 * i + j] = -std::sin(angle);
  m[3 * j + i] = std::sin(angle);
  return m;
}

// Index offsets from the centre to index offsets: mm, turned and scaled, back to voxels.
Matrix3 draw_linear(const WarpSettings& settings, const Vector3& spacing, Random& random) {
  Matrix3 m{1, 0, 0, 0, 1, 0, 0, 0, 1};
  for (int axis = 0; axis < 3; ++axis) {
    const double angle = random.uniform(-settings.rotation, settings.rotation);
    m = multiply(m, rotation_about(axis, angle));
  }
  const double scale = 1 + random.uniform(-settings.scale, settings.scale);
  for (int r = 0; r < 3; ++r) {
    for (int c = 0; c < 3; ++c) m[3 * r + c] *= scale * spacing[c] / spacing[r];
  }
  return m;
}

// Weights of the four control points around each voxel of one axis: uniform cubic B-spline, twice
// differentiable.
struct AxisWeights {
  std::vector<std::int64_t> base;
  std::vector<std::array<float, 4>> weight;
  AxisWeights(std::int64_t length, std::int64_t knots) : base(length), weight(length) {
    for (std::int64_t i = 0; i < length; ++i) {
      const double place = (static_cast<double>(i) + 0.5) / static_cast<double>(length) *
                           static_cast<double>(knots - 3);
      base[i] = std::min(static_cast<std::int64_t>(place), knots - 4);
      const double t = place - static_cast<double>(base[i]), s = 1 - t;
      weight[i] = {static_cast<float>(s * s * s / 6),
                   static_cast<float>((3 * t * t * t - 6 * t * t + 4) / 6),
                   static_cast<float>((3 * s * s * s - 6 * s * s + 4) / 6),
                   static_cast<float>(t * t * t / 6)};
    }
  }
};

using Offset = std::array<float, 3>;

/// Displacements from control points, contracted axis by axis: z once a slice, y once a row, x once
/// a voxel.
class Spline {
 public:
  Spline(const WarpSettings& settings, const Size3& size, Random& random)
      : n_(std::max<std::int64_t>(4, settings.knots)),
        x_(size[0], n_),
        y_(size[1], n_),
        z_(size[2], n_),
        knots_(n_ * n_ * n_),
        slice_(n_ * n_),
        row_(n_) {
    for (Offset& knot : knots_) {
      for (float& value : knot) {
        value = static_cast<float>(random.uniform(-settings.displacement, settings.displacement));
      }
    }
  }
  void enter_slice(std::int64_t z) { contract(knots_, n_ * n_, z_, z, slice_); }
  void enter_row(std::int64_t y) { contract(slice_, n_, y_, y, row_); }
  Offset at(std::int64_t x) const {
    Offset sum{};
    for (int k = 0; k < 4; ++k) {
      const Offset& knot = row_[x_.base[x] + k];
      for (int c = 0; c < 3; ++c) sum[c] += x_.weight[x][k] * knot[c];
    }
    return sum;
  }

 private:
  static void contract(const std::vector<Offset>& in, std::int64_t step, const AxisWeights& axis,
                       std::int64_t place, std::vector<Offset>& out) {
    for (std::int64_t i = 0; i < step; ++i) {
      out[i] = {};
      for (int k = 0; k < 4; ++k) {
        const Offset& knot = in[(axis.base[place] + k) * step + i];
        for (int c = 0; c < 3; ++c) out[i][c] += axis.weight[place][k] * knot[c];
      }
    }
  }
  std::int64_t n_;
  AxisWeights x_, y_, z_;
  std::vector<Offset> knots_, slice_, row_;
};

}  // namespace

Warp draw_warp(const WarpSettings& settings, const Size3& size, const Vector3& spacing,
               Random& random) {
  const Matrix3 m = draw_linear(settings, spacing, random);
  Spline spline(settings, size, random);
  Warp warp{size, {}};
  warp.from.reserve(static_cast<std::size_t>(size[0] * size[1] * size[2]));
  const Vector3 centre{static_cast<double>(size[0] - 1) / 2, static_cast<double>(size[1] - 1) / 2,
                       static_cast<double>(size[2] - 1) / 2};
  for (std::int64_t z = 0; z < size[2]; ++z) {
    spline.enter_slice(z);
    const double dz = static_cast<double>(z) - centre[2];
    for (std::int64_t y = 0; y < size[1]; ++y) {
      spline.enter_row(y);
      const double dy = static_cast<double>(y) - centre[1];
      for (std::int64_t x = 0; x < size[0]; ++x) {
        const double dx = static_cast<double>(x) - centre[0];
        Offset from = spline.at(x);
        for (int r = 0; r < 3; ++r) {
          from[r] +=
              static_cast<float>(m[3 * r] * dx + m[3 * r + 1] * dy + m[3 * r + 2] * dz + centre[r]);
        }
        warp.from.push_back(from);
      }
    }
  }
  return warp;
}

void warp_linear(const Warp& warp, std::span<const float> in, std::span<float> out) {
  const std::int64_t step[3] = {1, warp.size[0], warp.size[0] * warp.size[1]};
  for (std::size_t i = 0; i < warp.from.size(); ++i) {
    std::int64_t base = 0, next[3];
    float part[3];
    for (int c = 0; c < 3; ++c) {
      const float last = static_cast<float>(warp.size[c] - 1);
      const float place = std::clamp(warp.from[i][c], 0.0f, last);
      const auto low = static_cast<std::int64_t>(place);
      part[c] = place - static_cast<float>(low);
      base += low * step[c];
      next[c] = low + 1 < warp.size[c] ? step[c] : 0;
    }
    const float* p = in.data() + base;
    const auto line = [&](const float* q) { return q[0] + part[0] * (q[next[0]] - q[0]); };
    const float near_0 = line(p), near_1 = line(p + next[1]);
    const float far_0 = line(p + next[2]), far_1 = line(p + next[2] + next[1]);
    const float near_y = near_0 + part[1] * (near_1 - near_0),
                far_y = far_0 + part[1] * (far_1 - far_0);
    out[i] = near_y + part[2] * (far_y - near_y);
  }
}

void warp_nearest(const Warp& warp, std::span<const std::int64_t> in, std::span<std::int64_t> out) {
  const std::int64_t step[3] = {1, warp.size[0], warp.size[0] * warp.size[1]};
  for (std::size_t i = 0; i < warp.from.size(); ++i) {
    std::int64_t place = 0;
    bool inside = true;
    for (int c = 0; c < 3; ++c) {
      const auto nearest = static_cast<std::int64_t>(std::floor(warp.from[i][c] + 0.5f));
      inside = inside && nearest >= 0 && nearest < warp.size[c];
      place += nearest * step[c];
    }
    out[i] = inside ? in[place] : 0;
  }
}

}  // namespace warmstart::medical
