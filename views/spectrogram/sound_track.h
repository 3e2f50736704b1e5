// One mono sound that the spectrogram views draw and play, wherever its samples lie: in a capture,
// in memory, or in a file behind the guarded reader. Shared, read from any thread.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace warmstart {

class SoundTrack {
 public:
  virtual ~SoundTrack() = default;
  virtual int rate() const = 0;              ///< samples a second
  virtual std::int64_t samples() const = 0;  ///< how many there are
  /// Samples [first, first + out.size()), nominally in [-1, 1]; zeros outside the sound. False when
  /// they could not be read (a file that is gone): zeros then.
  virtual bool read(std::int64_t first, std::span<float> out) const = 0;
};
using TrackPtr = std::shared_ptr<const SoundTrack>;

/// Samples that are held.
class HeldTrack final : public SoundTrack {
 public:
  HeldTrack(std::vector<float> samples, int rate);
  int rate() const override { return rate_; }
  std::int64_t samples() const override { return static_cast<std::int64_t>(samples_.size()); }
  bool read(std::int64_t first, std::span<float> out) const override;

 private:
  std::vector<float> samples_;
  int rate_;
};

}  // namespace warmstart
