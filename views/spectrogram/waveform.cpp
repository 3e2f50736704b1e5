#include "views/spectrogram/waveform.h"

#include <algorithm>
#include <cmath>

namespace warmstart {
namespace {

constexpr std::int64_t kFactor = 16;

Peak joined(const Peak& a, const Peak& b) {
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

Peak peakOf(std::span<const float> samples) {
  const auto [low, high] = std::minmax_element(samples.begin(), samples.end());
  return {*low, *high};
}

}  // namespace

Peaks::Peaks(std::int64_t samples) : samples_(samples) {
  for (std::int64_t width = kSamples;; width *= kFactor) {
    levels_.emplace_back(static_cast<std::size_t>((samples + width - 1) / width));
    if (levels_.back().size() <= 1) break;
  }
}

void Peaks::put(std::int64_t place, const Peak& peak) {
  bool fresh = true;  // the first peak of the coarser piece too
  for (auto& level : levels_) {
    Peak& held = level[static_cast<std::size_t>(place)];
    held = fresh ? peak : joined(held, peak);
    fresh = fresh && place % kFactor == 0;
    place /= kFactor;
  }
}

void Peaks::add(std::span<const float> samples) {
  const std::int64_t at = done(), count = std::min(samples_ - at, std::ssize(samples));
  for (std::int64_t i = 0; i < count; i += kSamples)
    put((at + i) / kSamples,
        peakOf(samples.subspan(static_cast<std::size_t>(i),
                               static_cast<std::size_t>(std::min(kSamples, count - i)))));
  done_.store(at + count, std::memory_order_release);
}

Peak Peaks::of(std::int64_t first, std::int64_t last) const {
  std::size_t level = 0;
  std::int64_t width = kSamples;
  const std::int64_t ready = done();
  const auto whole = [&](std::int64_t wide) {  // a piece that is still written is not read
    return ready == samples_ || (last + wide - 1) / wide * wide <= ready;
  };
  while (level + 1 < levels_.size() && width * kFactor * 2 <= last - first &&
         whole(width * kFactor))
    ++level, width *= kFactor;
  const auto& peaks = levels_[level];
  const auto begin = std::clamp<std::int64_t>(first / width, 0, std::ssize(peaks) - 1);
  const auto end =
      std::clamp<std::int64_t>((last + width - 1) / width, begin + 1, std::ssize(peaks));
  Peak all = peaks[static_cast<std::size_t>(begin)];
  for (std::int64_t i = begin + 1; i < end; ++i)
    all = joined(all, peaks[static_cast<std::size_t>(i)]);
  return all;
}

Waveform waveformOf(const SoundTrack& track, const Peaks* peaks, double first, double count,
                    int columns) {
  Waveform waveform{first, count, std::vector<Peak>(static_cast<std::size_t>(columns)), columns};
  const double step = count / columns;
  const bool coarse = peaks && step >= 2 * Peaks::kSamples;
  std::vector<float> samples;
  const auto begin = static_cast<std::int64_t>(std::floor(first));
  if (!coarse) {
    samples.resize(static_cast<std::size_t>(std::ceil(count)) + 3);
    track.read(begin, samples);
  }
  for (int i = 0; i < columns; ++i) {
    const auto from = static_cast<std::int64_t>(std::floor(first + i * step));
    const auto to =
        std::max(from + 1, static_cast<std::int64_t>(std::floor(first + (i + 1) * step)));
    Peak& peak = waveform.columns[static_cast<std::size_t>(i)];
    if (coarse && std::min(to, peaks->samples()) > peaks->done()) {
      waveform.known = i;
      break;
    }
    if (to <= 0 || from >= track.samples()) continue;
    // One sample more, so that neighbouring columns touch.
    peak = coarse ? peaks->of(std::max<std::int64_t>(0, from), to)
                  : peakOf(std::span(samples).subspan(static_cast<std::size_t>(from - begin),
                                                      static_cast<std::size_t>(to - from + 1)));
  }
  return waveform;
}

}  // namespace warmstart
