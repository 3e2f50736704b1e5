#include "plugins/satellite/io/terrain_noise.h"

#include <cmath>

namespace warmstart::satellite {
namespace {

/// A number in [-1, 1) for a lattice point (the finaliser of splitmix64).
double lattice_value(std::int64_t x, std::int64_t y, std::int64_t z, std::uint64_t seed) {
  std::uint64_t h = seed ^ (static_cast<std::uint64_t>(x) * 0x9e3779b97f4a7c15ULL) ^
                    (static_cast<std::uint64_t>(y) * 0xc2b2ae3d27d4eb4fULL) ^
                    (static_cast<std::uint64_t>(z) * 0x165667b19e3779f9ULL);
  h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9ULL;
  h = (h ^ (h >> 27)) * 0x94d049bb133111ebULL;
  h ^= h >> 31;
  return static_cast<double>(h >> 11) * 0x1.0p-52 - 1;
}

double eased(double t) { return t * t * t * (t * (t * 6 - 15) + 10); }

double between(double a, double b, double t) { return a + (b - a) * t; }

}  // namespace

double value_noise(const Point3& at, std::uint64_t seed) {
  const double fx = std::floor(at.x), fy = std::floor(at.y), fz = std::floor(at.z);
  const auto x = static_cast<std::int64_t>(fx), y = static_cast<std::int64_t>(fy),
             z = static_cast<std::int64_t>(fz);
  const double u = eased(at.x - fx), v = eased(at.y - fy), w = eased(at.z - fz);
  double planes[2];
  for (int k = 0; k < 2; ++k) {
    const double low =
        between(lattice_value(x, y, z + k, seed), lattice_value(x + 1, y, z + k, seed), u);
    const double high =
        between(lattice_value(x, y + 1, z + k, seed), lattice_value(x + 1, y + 1, z + k, seed), u);
    planes[k] = between(low, high, v);
  }
  return between(planes[0], planes[1], w);
}

double fractal_noise(const Point3& at, std::uint64_t seed, int octaves, double frequency) {
  double sum = 0, height = 1, total = 0;
  for (int octave = 0; octave < octaves; ++octave) {
    const Point3 scaled{at.x * frequency, at.y * frequency, at.z * frequency};
    sum += height * value_noise(scaled, seed + static_cast<std::uint64_t>(octave) * 7919);
    total += height;
    height /= 2, frequency *= 2;
  }
  return 1.6 * sum / total;
}

}  // namespace warmstart::satellite
