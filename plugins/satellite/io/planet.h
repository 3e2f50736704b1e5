// A made-up planet for experiments that must be checkable anywhere (seed card 15): terrain,
// climate, biomes that follow from both, rivers, settlements where people would settle, and roads
// between them, as a satellite would see them. A function of seed and place alone.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/random.h"

namespace warmstart::satellite {

inline constexpr std::int64_t kPlanetBands = 6;  ///< blue, green, red, nir, swir1, swir2
inline constexpr std::int64_t kClimates = 12;    ///< four zones of temperature, three of moisture

const std::vector<std::string>& planet_band_names();
/// What covers a pixel: water, ice, tundra, forest, rainforest, grassland, savanna, desert, built.
const std::vector<std::string>& planet_covers();

struct PatchWish {
  std::int64_t size = 32;  ///< pixels; a pixel is 25 km wide
  bool land_only = true;   ///< at least half of it
  double cloudy = 0.3;     ///< chance of clouds
};

struct PlanetPatch {
  double latitude = 0, longitude = 0;              ///< of its centre, degrees
  std::vector<float> stored;                       ///< (6,size,size) reflectance times 10000
  std::vector<std::uint8_t> cover;                 ///< (size,size), numbers of planet_covers
  std::vector<float> road_density, built_density;  ///< (size,size), 0 to 1
  std::vector<float> cover_shares;                 ///< of each cover
  std::array<float, 4> cloud_shares{};             ///< clear, thin, medium, thick
  std::int64_t climate = 0;
  double year_share = 0;  ///< of the year that has passed: plants are greenest at its turn
};

/// A patch at a random place, by area. The planet is the same for equal seeds.
PlanetPatch draw_planet_patch(std::uint64_t planet, const PatchWish& wish, Random& random);

}  // namespace warmstart::satellite
