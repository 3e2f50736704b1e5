// Exact Euclidean distance transform on an anisotropic grid, by lower envelopes of parabolas axis
// by axis (Felzenszwalb and Huttenlocher, 2012). Used by surface distances and by the phantom's
// margins.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "plugins/medical/io/volume.h"

namespace warmstart::medical {

/// Squared distance (spacing's unit squared) of every voxel to the nearest seed (non-zero);
/// infinity without seeds. `size` and `spacing` along x, y, z; x runs fastest.
std::vector<float> squared_distances(std::span<const std::uint8_t> seeds, const Size3& size,
                                     const Vector3& spacing);

}  // namespace warmstart::medical
