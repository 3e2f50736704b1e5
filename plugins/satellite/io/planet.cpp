#include "plugins/satellite/io/planet.h"

#include <algorithm>
#include <cmath>

#include "plugins/satellite/io/planet_traces.h"
#include "plugins/satellite/io/terrain_noise.h"

namespace warmstart::satellite {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kPixel = 0.004;  // radians
constexpr double kSeaLevel = 0.02;

enum Cover : std::uint8_t {
  kWater,
  kIce,
  kTundra,
  kForest,
  kRainforest,
  kGrassland,
  kSavanna,
  kDesert,
  kBuilt
};

// clang-format off
constexpr double kSpectra[10][kPlanetBands] = {  // blue, green, red, nir, swir1, swir2
    {0.06, 0.05, 0.03, 0.02, 0.01, 0.01},  // water
    {0.75, 0.78, 0.77, 0.70, 0.15, 0.10},  // ice
    {0.08, 0.10, 0.12, 0.22, 0.25, 0.18},  // tundra
    {0.03, 0.06, 0.04, 0.35, 0.16, 0.07},  // forest
    {0.03, 0.05, 0.03, 0.42, 0.18, 0.08},  // rainforest
    {0.06, 0.10, 0.09, 0.32, 0.26, 0.15},  // grassland
    {0.08, 0.12, 0.14, 0.28, 0.30, 0.20},  // savanna
    {0.18, 0.25, 0.33, 0.40, 0.48, 0.42},  // desert
    {0.14, 0.15, 0.16, 0.20, 0.24, 0.22},  // built
    {0.10, 0.10, 0.11, 0.13, 0.16, 0.15},  // road
};
constexpr double kTexture[9] = {0.05, 0.04, 0.15, 0.25, 0.20, 0.12, 0.20, 0.10, 0.30};
// clang-format on
constexpr int kRoad = 9;

/// The ground under a patch.
struct Ground {
  std::int64_t size = 0;
  std::vector<double> elevation, temperature, moisture;
  double at(const std::vector<double>& field, std::int64_t row, std::int64_t column) const {
    return field[static_cast<std::size_t>(std::clamp<std::int64_t>(row, 0, size - 1) * size +
                                          std::clamp<std::int64_t>(column, 0, size - 1))];
  }
};

Point3 on_sphere(double latitude, double longitude) {
  return {std::cos(latitude) * std::cos(longitude), std::cos(latitude) * std::sin(longitude),
          std::sin(latitude)};
}

Ground ground_at(std::uint64_t planet, double latitude, double longitude, std::int64_t size) {
  Ground ground{size, {}, {}, {}};
  const double middle = static_cast<double>(size - 1) / 2;
  for (std::int64_t row = 0; row < size; ++row) {
    for (std::int64_t column = 0; column < size; ++column) {
      const double lat = latitude - (static_cast<double>(row) - middle) * kPixel;
      const double lon = longitude + (static_cast<double>(column) - middle) * kPixel /
                                         std::max(0.1, std::cos(latitude));
      const Point3 point = on_sphere(lat, lon);
      const double height = fractal_noise(point, planet, 8, 1.7);
      ground.elevation.push_back(height);
      ground.temperature.push_back(1 - 1.15 * std::abs(lat) / (kPi / 2) -
                                   0.5 * std::max(0.0, height) +
                                   0.1 * fractal_noise(point, planet + 1, 3, 3));
      ground.moisture.push_back(0.5 + 0.6 * fractal_noise(point, planet + 2, 5, 2.5));
    }
  }
  return ground;
}

Cover cover_of(double elevation, double temperature, double moisture) {
  if (elevation < kSeaLevel) return temperature < 0.02 ? kIce : kWater;
  if (temperature < 0.08) return kIce;
  if (temperature < 0.25) return kTundra;
  if (temperature < 0.6) return moisture > 0.5 ? kForest : moisture > 0.25 ? kGrassland : kDesert;
  return moisture > 0.65 ? kRainforest : moisture > 0.35 ? kSavanna : kDesert;
}

std::int64_t climate_of(double temperature, double moisture) {
  const int zone = temperature < 0.15 ? 0 : temperature < 0.4 ? 1 : temperature < 0.65 ? 2 : 3;
  return zone * 3 + (moisture < 0.35 ? 0 : moisture < 0.6 ? 1 : 2);
}

double slope_at(const Ground& ground, std::int64_t row, std::int64_t column) {
  const double across = ground.at(ground.elevation, row, column + 1) -
                        ground.at(ground.elevation, row, column - 1),
               down = ground.at(ground.elevation, row + 1, column) -
                      ground.at(ground.elevation, row - 1, column);
  return std::hypot(across, down);
}

/// How gladly people live there, 0 to 1: flat, temperate, not too dry, no water.
std::vector<double> suitability_of(const Ground& ground, const std::vector<std::uint8_t>& cover) {
  std::vector<double> suitability;
  for (std::int64_t row = 0; row < ground.size; ++row) {
    for (std::int64_t column = 0; column < ground.size; ++column) {
      const auto i = static_cast<std::size_t>(row * ground.size + column);
      const double warm = ground.temperature[i] - 0.55, wet = ground.moisture[i] - 0.55;
      const bool land = cover[i] != kWater && cover[i] != kIce;
      suitability.push_back(land ? std::exp(-warm * warm / 0.06 - wet * wet / 0.1 -
                                            12 * slope_at(ground, row, column))
                                 : 0);
    }
  }
  return suitability;
}

/// Clouds: how much of each pixel is hidden.
std::vector<double> clouds_over(std::int64_t size, double cloudy, Random& random) {
  std::vector<double> hidden(static_cast<std::size_t>(size * size), 0);
  if (!random.chance(cloudy)) return hidden;
  const std::uint64_t seed = random.bits();
  const double cut = random.uniform(-0.1, 0.6);
  for (std::int64_t i = 0; i < size * size; ++i) {
    const Point3 place{static_cast<double>(i / size) / 9, static_cast<double>(i % size) / 9, 0.5};
    hidden[static_cast<std::size_t>(i)] =
        std::clamp(2 * (fractal_noise(place, seed, 3, 1) - cut), 0.0, 0.9);
  }
  return hidden;
}

struct Sky {
  double sun = 0, season = 0;
  std::vector<double> hidden;
};

void paint(const Ground& ground, const std::vector<float>& road, const Sky& sky, Random& random,
           PlanetPatch& patch) {
  const auto plane = static_cast<std::size_t>(ground.size * ground.size);
  patch.stored.resize(kPlanetBands * plane);
  const double green = 1 + 0.3 * sky.season * std::abs(patch.latitude) / 90;
  for (std::int64_t row = 0; row < ground.size; ++row) {
    for (std::int64_t column = 0; column < ground.size; ++column) {
      const auto i = static_cast<std::size_t>(row * ground.size + column);
      const std::uint8_t cover = patch.cover[i];
      const double facing = std::cos(sky.sun) * (ground.at(ground.elevation, row, column + 1) -
                                                 ground.at(ground.elevation, row, column - 1)) +
                            std::sin(sky.sun) * (ground.at(ground.elevation, row + 1, column) -
                                                 ground.at(ground.elevation, row - 1, column));
      const double light = cover == kWater ? 1 : std::clamp(1 + 4 * facing, 0.5, 1.5);
      const double grain = 1 + kTexture[cover] * random.normal();
      const bool plants = cover >= kTundra && cover <= kSavanna;
      for (std::int64_t band = 0; band < kPlanetBands; ++band) {
        double value = kSpectra[cover][band] * light * grain;
        if (plants && band == 3) value *= green;
        value += 0.65 * road[i] * (kSpectra[kRoad][band] - value);
        value += sky.hidden[i] * (0.8 - 0.05 * static_cast<double>(band) - value);
        value += 0.004 * random.normal();
        patch.stored[static_cast<std::size_t>(band) * plane + i] =
            static_cast<float>(std::round(10000 * std::clamp(value, 0.0001, 1.0)));
      }
    }
  }
}

void count_shares(const std::vector<double>& hidden, PlanetPatch& patch) {
  const double each = 1.0 / static_cast<double>(patch.cover.size());
  patch.cover_shares.assign(planet_covers().size(), 0);
  for (const std::uint8_t cover : patch.cover)
    patch.cover_shares[cover] += static_cast<float>(each);
  for (const double share : hidden) {
    const std::size_t kind = share < 0.05 ? 0 : share < 0.35 ? 1 : share < 0.7 ? 2 : 3;
    patch.cloud_shares[kind] += static_cast<float>(each);
  }
}

Ground find_ground(std::uint64_t planet, const PatchWish& wish, Random& random,
                   PlanetPatch& patch) {
  for (int attempt = 0;; ++attempt) {
    const double latitude = std::asin(random.uniform(-1, 1)), longitude = random.uniform(-kPi, kPi);
    const double middle = fractal_noise(on_sphere(latitude, longitude), planet, 8, 1.7);
    if (wish.land_only && middle < kSeaLevel && attempt < 200) continue;
    Ground ground = ground_at(planet, latitude, longitude, wish.size);
    const auto sea = std::count_if(ground.elevation.begin(), ground.elevation.end(),
                                   [](double height) { return height < kSeaLevel; });
    if (wish.land_only && 2 * sea > wish.size * wish.size && attempt < 200) continue;
    patch.latitude = latitude * 180 / kPi, patch.longitude = longitude * 180 / kPi;
    return ground;
  }
}

}  // namespace

const std::vector<std::string>& planet_band_names() {
  static const std::vector<std::string> names{"blue", "green", "red", "nir", "swir1", "swir2"};
  return names;
}

const std::vector<std::string>& planet_covers() {
  static const std::vector<std::string> names{
      "water", "ice", "tundra", "forest", "rainforest", "grassland", "savanna", "desert", "built"};
  return names;
}

PlanetPatch draw_planet_patch(std::uint64_t planet, const PatchWish& wish, Random& random) {
  PlanetPatch patch;
  const Ground ground = find_ground(planet, wish, random, patch);
  for (std::size_t i = 0; i < ground.elevation.size(); ++i)
    patch.cover.push_back(cover_of(ground.elevation[i], ground.temperature[i], ground.moisture[i]));
  const auto centre = static_cast<std::size_t>(wish.size * wish.size / 2 + wish.size / 2);
  patch.climate = climate_of(ground.temperature[centre], ground.moisture[centre]);
  TraceGround traced{ground.size, ground.elevation, suitability_of(ground, patch.cover)};
  for (const std::size_t pixel : river_pixels(traced, random))
    if (patch.cover[pixel] != kIce) patch.cover[pixel] = kWater, traced.suitability[pixel] = 0;
  const std::vector<float> built = settlement_pixels(traced, random);
  const std::vector<float> road = road_pixels(traced, built, random);
  for (std::size_t i = 0; i < built.size(); ++i)
    if (built[i] > 0) patch.cover[i] = kBuilt;
  patch.built_density = blurred(built, wish.size, 1.5);
  patch.road_density = blurred(road, wish.size, 1.5);
  Sky sky;
  sky.sun = random.uniform(0, 2 * kPi), sky.season = random.uniform(-1, 1);
  patch.year_share = std::acos(sky.season) / (2 * kPi);
  sky.hidden = clouds_over(wish.size, wish.cloudy, random);
  count_shares(sky.hidden, patch);
  paint(ground, road, sky, random, patch);
  return patch;
}

}  // namespace warmstart::satellite
