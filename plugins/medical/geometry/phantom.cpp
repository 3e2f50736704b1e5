#include "plugins/medical/geometry/phantom.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "plugins/medical/geometry/distance_transform.h"

namespace warmstart::medical {
namespace {

using Point = std::array<double, 3>;  // -1..1 from left to right, back to front, bottom to top
constexpr double kPi = std::numbers::pi;

double squared_length(const Point& p) { return p[0] * p[0] + p[1] * p[1] + p[2] * p[2]; }

Point jitter(const Point& centre, double amount, Random& random) {
  Point result = centre;
  for (double& value : result) value += random.uniform(-amount, amount);
  return result;
}

/// An ellipsoid turned about the left-right axis and then about the vertical one.
struct Ellipsoid {
  Point centre{}, radius{1, 1, 1};
  double tilt = 0, turn = 0;
  bool contains(const Point& p) const {
    Point d{p[0] - centre[0], p[1] - centre[1], p[2] - centre[2]};
    const double x = std::cos(turn) * d[0] + std::sin(turn) * d[1];
    const double y = -std::sin(turn) * d[0] + std::cos(turn) * d[1];
    const double y2 = std::cos(tilt) * y + std::sin(tilt) * d[2];
    const double z2 = -std::sin(tilt) * y + std::cos(tilt) * d[2];
    return squared_length({x / radius[0], y2 / radius[1], z2 / radius[2]}) <= 1;
  }
};

/// A tube around a chain of points.
struct Tube {
  std::vector<Point> path;
  double radius = 0.1;
  bool contains(const Point& p) const {
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      const Point a = path[i], b = path[i + 1];
      const Point along{b[0] - a[0], b[1] - a[1], b[2] - a[2]},
          d{p[0] - a[0], p[1] - a[1], p[2] - a[2]};
      const double dot = along[0] * d[0] + along[1] * d[1] + along[2] * d[2];
      const double t = std::clamp(dot / squared_length(along), 0.0, 1.0);
      const Point off{d[0] - t * along[0], d[1] - t * along[1], d[2] - t * along[2]};
      if (squared_length(off) <= radius * radius) return true;
    }
    return false;
  }
};

struct Anatomy {
  Ellipsoid body, bladder, uterus;
  Tube rectum, sigmoid;
};

// Front to back: bladder, uterus (leaning over it), rectum; the sigmoid leads from the rectum's top
// to the left.
Anatomy draw_anatomy(Random& random) {
  Anatomy a;
  a.body = {{0, 0, 0}, {random.uniform(0.82, 0.95), random.uniform(0.65, 0.8), 1.8}, 0, 0};
  a.bladder = {jitter({0, 0.33, -0.3}, 0.06, random),
               {random.uniform(0.22, 0.36), random.uniform(0.17, 0.28), random.uniform(0.18, 0.3)},
               random.uniform(-0.3, 0.3),
               random.uniform(-0.2, 0.2)};
  const double gap = random.uniform(0.0, 0.08);
  const Point uterus_radius{random.uniform(0.16, 0.25), random.uniform(0.15, 0.21),
                            random.uniform(0.24, 0.38)};
  const Point behind{a.bladder.centre[0],
                     a.bladder.centre[1] - a.bladder.radius[1] - uterus_radius[1] - gap,
                     a.bladder.centre[2] + 0.2};
  a.uterus = {jitter(behind, 0.04, random), uterus_radius, random.uniform(-0.6, 0.2),
              random.uniform(-0.3, 0.3)};
  a.rectum.radius = random.uniform(0.1, 0.15);
  const double back =
      a.uterus.centre[1] - uterus_radius[1] - a.rectum.radius - random.uniform(0, 0.06);
  const Point top = jitter({0, back, 0.2}, 0.05, random);
  a.rectum.path = {jitter({0, back + 0.1, -1.1}, 0.05, random),
                   jitter({0, back - 0.05, -0.4}, 0.05, random), top};
  a.sigmoid.radius = random.uniform(0.09, 0.13);
  a.sigmoid.path = {{top[0], top[1], top[2] + a.rectum.radius},
                    jitter({-0.2, back + 0.2, 0.62}, 0.08, random),
                    jitter({-0.5, back + 0.3, 0.45}, 0.08, random),
                    jitter({-0.62, back + 0.25, 1.1}, 0.06, random)};
  return a;
}

std::uint8_t organ_at(const Anatomy& a, const Point& p) {
  if (a.bladder.contains(p)) return kBladder;
  if (a.uterus.contains(p)) return kUterus;
  if (a.rectum.contains(p)) return kRectum;
  if (a.sigmoid.contains(p)) return kSigmoid;
  return kBackground;
}

/// A smooth random field: trilinear between `kKnots` normal numbers along each axis.
class SmoothField {
 public:
  static constexpr int kKnots = 5;
  explicit SmoothField(Random& random) {
    for (double& knot : knots_) knot = std::clamp(random.normal() / 2, -1.0, 1.0);
  }
  double at(const Point& p) const {
    int base[3];
    double part[3];
    for (int c = 0; c < 3; ++c) {
      const double place = std::clamp((p[c] + 1) / 2, 0.0, 1.0) * (kKnots - 1);
      base[c] = std::min(static_cast<int>(place), kKnots - 2);
      part[c] = place - base[c];
      part[c] = part[c] * part[c] * (3 - 2 * part[c]);  // no creases at the knots
    }
    double sum = 0;
    for (int corner = 0; corner < 8; ++corner) {
      double weight = 1;
      int index = 0;
      for (int c = 2; c >= 0; --c) {
        const int up = corner >> c & 1;
        weight *= up ? part[c] : 1 - part[c];
        index = index * kKnots + base[c] + up;
      }
      sum += weight * knots_[index];
    }
    return sum;
  }

 private:
  std::array<double, kKnots * kKnots * kKnots> knots_;
};

/// Rays from a dense point, strongest along a few directions, fading with distance.
struct Streaks {
  double x, y, phase, count, strength;
  Streaks(double largest, Random& random)
      : x(random.uniform(-0.4, 0.4)),
        y(random.uniform(-0.4, 0.4)),
        phase(random.uniform(0, 2 * kPi)),
        count(static_cast<double>(random.integer(4, 9))),
        strength(random.uniform(0.3, 1) * largest) {}
  double at(const Point& p) const {
    const double away = std::hypot(p[0] - x, p[1] - y);
    const double angle = std::atan2(p[1] - y, p[0] - x);
    return strength * std::sin(count * angle + phase) / (1 + 2 * away);
  }
};

struct Intensity {
  std::array<double, 5> organ{};
  double tissue;
  SmoothField bias;
  Streaks streaks;
  Intensity(const PhantomSettings& s, Random& random)
      : tissue(random.uniform(30, 50)), bias(random), streaks(s.streak, random) {
    // Urine is darker than muscle, walls and the uterus are brighter, gas and fat darken the
    // sigmoid.
    constexpr std::array<double, 5> kSign{0, -1, 1, -1, 1};
    for (int k = 1; k < 5; ++k) {
      organ[k] = kSign[k] * random.uniform(s.contrast_low, s.contrast_high);
    }
  }
};

Point voxel_place(const PhantomSettings& s, std::int64_t x, std::int64_t y, std::int64_t z) {
  const auto place = [&](std::int64_t i) {
    return (2 * static_cast<double>(i) + 1) / static_cast<double>(s.size) - 1;
  };
  return {place(x), place(y), place(z)};
}

std::vector<std::uint8_t> with_target(const std::vector<std::uint8_t>& organs, std::int64_t size,
                                      double margin) {
  std::vector<std::uint8_t> uterus(organs.size());
  for (std::size_t i = 0; i < organs.size(); ++i) uterus[i] = organs[i] == kUterus;
  const auto squared = squared_distances(uterus, {size, size, size}, {1, 1, 1});
  std::vector<std::uint8_t> target = organs;
  for (std::size_t i = 0; i < organs.size(); ++i) {
    if (organs[i] != kBladder && squared[i] <= margin * margin) target[i] = kUterus;
  }
  return target;
}

}  // namespace

Phantom draw_phantom(const PhantomSettings& s, Random& random) {
  const Anatomy anatomy = draw_anatomy(random);
  const Intensity intensity(s, random);
  const SmoothField warp[3] = {SmoothField(random), SmoothField(random), SmoothField(random)};
  const double margin = random.uniform(1, 2);
  const double reach = 2 * s.warp / static_cast<double>(s.size);
  Phantom phantom;
  for (std::int64_t z = 0; z < s.size; ++z) {
    for (std::int64_t y = 0; y < s.size; ++y) {
      for (std::int64_t x = 0; x < s.size; ++x) {
        const Point place = voxel_place(s, x, y, z);
        Point p = place;
        for (int c = 0; c < 3; ++c) p[c] += reach * warp[c].at(place);
        const bool inside = anatomy.body.contains(p);
        const std::uint8_t organ = inside ? organ_at(anatomy, p) : std::uint8_t{kBackground};
        double value = inside ? intensity.tissue + intensity.organ[organ] : -1000;
        value += s.bias * intensity.bias.at(place) + intensity.streaks.at(place);
        value += s.noise * random.normal();
        phantom.image.push_back(static_cast<float>(value));
        phantom.organs.push_back(organ);
      }
    }
  }
  phantom.target = with_target(phantom.organs, s.size, margin);
  return phantom;
}

}  // namespace warmstart::medical
