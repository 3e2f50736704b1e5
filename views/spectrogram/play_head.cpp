#include "views/spectrogram/play_head.h"

#include <algorithm>

namespace warmstart {
namespace {

constexpr std::size_t kFade = 128;  ///< samples

}  // namespace

void PlayHead::setTracks(std::vector<SceneTrack> tracks) {
  const std::lock_guard lock(mutex_);
  tracks_ = std::move(tracks);
  position_ = 0, track_ = 0, ++seeks_;
  loop_.reset(), before_.reset();
}

void PlayHead::setTrack(int track) {
  const std::lock_guard lock(mutex_);
  const auto wanted = static_cast<std::size_t>(track);
  if (wanted >= tracks_.size() || wanted == track_) return;
  before_ = track_;
  track_ = wanted;
}

int PlayHead::track() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(track_);
}

void PlayHead::setLoop(std::optional<std::pair<std::int64_t, std::int64_t>> loop) {
  const std::lock_guard lock(mutex_);
  loop_ = loop && loop->second > loop->first ? loop : std::nullopt;
}

void PlayHead::seek(std::int64_t sample) {
  const std::lock_guard lock(mutex_);
  position_ = std::max<std::int64_t>(0, sample);
  ++seeks_;
}

std::int64_t PlayHead::position() const {
  const std::lock_guard lock(mutex_);
  return position_;
}

std::int64_t PlayHead::placeBefore(std::int64_t samples) const {
  const std::lock_guard lock(mutex_);
  const std::int64_t place = position_ - samples;
  if (!loop_ || position_ < loop_->first || position_ > loop_->second || place >= loop_->first)
    return std::max<std::int64_t>(0, place);
  const std::int64_t length = loop_->second - loop_->first;
  return loop_->second - 1 - (loop_->first - 1 - place) % length;
}

std::size_t PlayHead::copy(const SoundTrack& track, const Loop& loop, std::span<float> out,
                           std::int64_t& position) {
  std::size_t given = 0;
  while (given < out.size()) {
    const bool looping = loop && position < loop->second;
    const std::int64_t end = looping ? loop->second : track.samples();
    const auto count =
        std::clamp<std::int64_t>(end - position, 0, static_cast<std::int64_t>(out.size() - given));
    if (count == 0) break;
    track.read(position, out.subspan(given, static_cast<std::size_t>(count)));
    given += static_cast<std::size_t>(count);
    position += count;
    if (looping && position >= end) position = loop->first;
  }
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(given), out.end(), 0.0F);
  return given;
}

std::size_t PlayHead::fill(std::span<float> out) {
  std::unique_lock lock(mutex_);
  if (tracks_.empty()) {
    std::fill(out.begin(), out.end(), 0.0F);
    return 0;
  }
  const TrackPtr track = tracks_[track_].track;
  const TrackPtr before = before_ ? tracks_[*before_].track : nullptr;
  const Loop loop = loop_;
  const std::int64_t seeks = seeks_;
  std::int64_t position = position_, start = position_;
  before_.reset();
  lock.unlock();
  const std::size_t given = copy(*track, loop, out, position);
  if (before) {
    std::vector<float> old(std::min(kFade, out.size()));
    copy(*before, loop, old, start);
    for (std::size_t i = 0; i < old.size(); ++i) {
      const float share = static_cast<float>(i) / static_cast<float>(old.size());
      out[i] = share * out[i] + (1 - share) * old[i];
    }
  }
  lock.lock();
  if (seeks == seeks_) position_ = position;
  return given;
}

}  // namespace warmstart
