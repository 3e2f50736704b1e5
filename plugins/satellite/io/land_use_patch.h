// Made-up colour patches of land use, ten classes named as EuroSAT's (seed cards 16, 55): what
// tells them apart is structure (fields, rows, roofs, lines) as much as colour.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/random.h"

namespace warmstart::satellite {

const std::vector<std::string>& land_use_classes();

struct LandUseWish {
  std::int64_t size = 24;     ///< pixels
  bool texture_only = false;  ///< every band of every patch has the same mean
  double noise = 0.03;        ///< deviation of the sensor's noise, in reflectance
};

/// Red, green, blue as (3,size,size), reflectance times 10000, whole numbers.
std::vector<float> draw_land_use(std::size_t land_use, const LandUseWish& wish, Random& random);

}  // namespace warmstart::satellite
