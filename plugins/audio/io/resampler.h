// Changes the sample rate of mono sound with libsoxr (high quality: 20 bits, linear phase, so that
// sounds stay where they are in time). Whole clips, or windows of a file longer than memory.
#pragma once
#include <cstdint>
#include <vector>

namespace warmstart::audio {

/// `samples` at rate `from`, as they sound at rate `to`: round(size * to / from) of them. Error
/// (machine) when libsoxr fails.
std::vector<float> resampled(const std::vector<float>& samples, std::int64_t from, std::int64_t to);

/// Which source frames are needed for target samples [start, start + count): a stretch that begins
/// on a frame which is also a whole target sample, with a margin for the filter on both sides.
struct SourceStretch {
  std::int64_t first = 0, frames = 0;  ///< at the source's rate
  std::int64_t skip = 0;               ///< target samples before `start` in the resampled stretch
};
SourceStretch source_stretch(std::int64_t start, std::int64_t count, std::int64_t from,
                             std::int64_t to);

}  // namespace warmstart::audio
