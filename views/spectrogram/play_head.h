// Where a scene is being played: hands out samples of the track that is listened to, goes round in
// a loop, and keeps its place when another track is chosen. Any thread, one at a time waits.
#pragma once
#include <mutex>
#include <optional>

#include "views/spectrogram/sound_scene.h"

namespace warmstart {

class PlayHead {
 public:
  /// Begins with the first track at 0.
  void setTracks(std::vector<SceneTrack> tracks);
  /// The place stays; a short fade hides the step in the samples.
  void setTrack(int track);
  int track() const;
  /// Samples [first, last) again and again; none = to the end.
  void setLoop(std::optional<std::pair<std::int64_t, std::int64_t>> loop);
  void seek(std::int64_t sample);
  std::int64_t position() const;  ///< of the next sample that fill() gives
  /// The place that was handed out so many samples ago, in the loop where one is played.
  std::int64_t placeBefore(std::int64_t samples) const;
  /// The next samples; zeros after the end. How many were there (less than asked: the end).
  std::size_t fill(std::span<float> out);

 private:
  std::size_t copy(const SoundTrack& track, std::span<float> out, std::int64_t& position) const;
  mutable std::mutex mutex_;
  std::vector<SceneTrack> tracks_;
  std::optional<std::pair<std::int64_t, std::int64_t>> loop_;
  std::int64_t position_ = 0;
  std::size_t track_ = 0;
  std::optional<std::size_t> before_;  ///< the track that is faded out
};

}  // namespace warmstart
