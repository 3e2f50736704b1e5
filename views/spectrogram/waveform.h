// The sound's outline: lowest and highest sample of each pixel column, from the samples themselves
// or from peaks that were gathered once for a long file. Any thread.
#pragma once
#include <atomic>
#include <vector>

#include "views/spectrogram/sound_track.h"

namespace warmstart {

struct Peak {
  float low = 0, high = 0;
};

/// Peaks of 256 samples each, and of 16 times as many at each further level; filled by one thread
/// while others read what is done. A long file's are gathered in one pass.
class Peaks {
 public:
  static constexpr std::int64_t kSamples = 256;
  explicit Peaks(std::int64_t samples);
  /// The next samples of the sound; all but the last piece in multiples of kSamples.
  void add(std::span<const float> samples);
  std::int64_t done() const { return done_.load(std::memory_order_acquire); }  ///< samples
  /// Of the samples [first, last), as coarse as kSamples; they must be done.
  Peak of(std::int64_t first, std::int64_t last) const;
  std::int64_t samples() const { return samples_; }

 private:
  void put(std::int64_t place, const Peak& peak);
  std::vector<std::vector<Peak>> levels_;
  std::int64_t samples_;
  std::atomic<std::int64_t> done_{0};
};

struct Waveform {
  double first = 0, count = 0;  ///< samples
  std::vector<Peak> columns;
  int known = 0;  ///< so many columns are
};

/// `peaks` may be null. Columns that lie beyond what peaks know end the waveform.
Waveform waveformOf(const SoundTrack& track, const Peaks* peaks, double first, double count,
                    int columns);

}  // namespace warmstart
