// Short made-up sounds in families that are easy to tell apart by ear: what synth_sound_events
// mixes into clips. Plain arithmetic, a function of the random numbers alone.
#pragma once
#include <string>
#include <vector>

#include "core/base/random.h"

namespace warmstart::audio {

/// Names of the families, in the order of their numbers.
const std::vector<std::string>& sound_families();

/// One sound of family `family` with random pitch and colour, at most `seconds` long, with a peak
/// of
/// 1. Error when there is no such family.
std::vector<float> make_sound_event(std::size_t family, double seconds, std::int64_t rate,
                                    Random& random);

}  // namespace warmstart::audio
