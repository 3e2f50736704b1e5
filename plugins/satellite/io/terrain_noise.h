// Smooth random fields as a function of place and seed alone: value noise summed over octaves.
#pragma once
#include <cstdint>

namespace warmstart::satellite {

struct Point3 {
  double x = 0, y = 0, z = 0;
};

/// Between -1 and 1, smooth, about one hill a unit of length.
double value_noise(const Point3& at, std::uint64_t seed);
/// Sum of `octaves` of value_noise, each of twice the frequency and half the height, scaled to
/// about [-1, 1]; `frequency` is of the first.
double fractal_noise(const Point3& at, std::uint64_t seed, int octaves, double frequency);

}  // namespace warmstart::satellite
