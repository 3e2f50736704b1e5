// Drawing without putting back: where altered and hidden spans of frames start.
#pragma once
#include <cstdint>
#include <vector>

#include "core/base/random.h"

namespace warmstart::audio {

/// `count` different numbers of 0..size-1, in the order drawn.
std::vector<std::int64_t> distinct_draw(std::int64_t count, std::int64_t size, Random& random);

}  // namespace warmstart::audio
