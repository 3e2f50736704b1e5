// What lies on the ground of a patch in lines and clusters: rivers, settlements, roads. Used by the
// made-up planet (planet.h).
#pragma once
#include <cstdint>
#include <vector>

#include "core/base/random.h"

namespace warmstart::satellite {

struct TraceGround {
  std::int64_t size = 0;
  std::vector<double> elevation, suitability;  ///< (size,size)
};

/// Walks downhill from high places to the patch's edge or a hollow.
std::vector<std::size_t> river_pixels(const TraceGround& ground, Random& random);
/// 1 where a building stands: clusters around the most suitable of a few places.
std::vector<float> settlement_pixels(const TraceGround& ground, Random& random);
/// 1 on roads: walks between settlements and the edge that go around slopes and water.
std::vector<float> road_pixels(const TraceGround& ground, const std::vector<float>& built,
                               Random& random);
/// Gaussian of `sigma` pixels along both axes, edges repeated.
std::vector<float> blurred(const std::vector<float>& plane, std::int64_t size, double sigma);

}  // namespace warmstart::satellite
