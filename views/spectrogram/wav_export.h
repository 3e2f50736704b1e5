// Writes what is heard as a WAV file, piece by piece, whole or not at all. Any thread.
#pragma once
#include <atomic>

#include "core/base/files.h"
#include "views/spectrogram/sound_track.h"

namespace warmstart {

enum class WavDepth { kInt24, kFloat32 };

/// Samples [first, last) of the track, mono at its own rate; 24-bit clips beyond [-1, 1]. `stop`
/// ends it early and leaves no file. Errors: nothing to write, longer than 4 GiB, the sound cannot
/// be read, a disk that does not take it.
void writeWav(const Path& path, const SoundTrack& track, std::int64_t first, std::int64_t last,
              WavDepth depth, const std::atomic<bool>& stop);

}  // namespace warmstart
