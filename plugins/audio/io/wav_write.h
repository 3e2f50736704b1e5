// Writes WAV files (16-bit whole numbers or 32-bit floating point), whole or not at all.
#pragma once
#include <vector>

#include "core/base/files.h"

namespace warmstart::audio {

enum class WavSamples { kInt16, kFloat32 };

/// `interleaved` samples of `channels`; those beyond [-1, 1] are clipped in 16 bits. Errors: no
/// channels, no rate, more than 4 GiB, a disk that does not take it.
void write_wav(const Path& path, const std::vector<float>& interleaved, std::int64_t channels,
               std::int64_t rate, WavSamples samples = WavSamples::kInt16);

}  // namespace warmstart::audio
