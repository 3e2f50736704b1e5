#include "views/spectrogram/sound_track.h"

#include <algorithm>
#include <cmath>

namespace warmstart {

HeldTrack::HeldTrack(std::vector<float> samples, int rate)
    : samples_(std::move(samples)), rate_(rate) {
  for (float& sample : samples_) sample = std::isfinite(sample) ? sample : 0;
}

bool HeldTrack::read(std::int64_t first, std::span<float> out) const {
  const auto count = static_cast<std::int64_t>(out.size());
  const std::int64_t begin = std::clamp<std::int64_t>(-first, 0, count);
  const std::int64_t end = std::clamp<std::int64_t>(samples() - first, begin, count);
  std::fill(out.begin(), out.begin() + begin, 0.0F);
  if (end > begin)
    std::copy_n(samples_.begin() + (first + begin), end - begin, out.begin() + begin);
  std::fill(out.begin() + end, out.end(), 0.0F);
  return true;
}

}  // namespace warmstart
