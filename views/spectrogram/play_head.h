// Where a scene is being played: hands out samples of the track that is listened to, goes round in
// a loop, and keeps its place when another track is chosen. Any thread; nobody waits for a file
// that is slow to read but the one that fill()s.
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
  using Loop = std::optional<std::pair<std::int64_t, std::int64_t>>;
  static std::size_t copy(const SoundTrack& track, const Loop& loop, std::span<float> out,
                          std::int64_t& position);
  mutable std::mutex mutex_;
  std::vector<SceneTrack> tracks_;
  Loop loop_;
  std::int64_t position_ = 0;
  std::size_t track_ = 0;
  std::optional<std::size_t> before_;  ///< the track that is faded out
  std::int64_t seeks_ = 0;             ///< tells fill() that its place is not wanted any more
};

}  // namespace warmstart
