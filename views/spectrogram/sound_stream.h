// The samples of a sound file through the guarded reader: this process loads no decoder. Any
// thread; one waits for another.
#pragma once
#include <mutex>
#include <optional>

#include "core/base/reader_stream.h"
#include "views/spectrogram/sound_track.h"

namespace warmstart {

class SoundStream {
 public:
  /// Starts the reader on the file. Errors: no reader, no sound file, a damaged one.
  explicit SoundStream(const Path& file);
  int rate() const { return rate_; }
  int channels() const { return channels_; }
  std::int64_t frames() const { return frames_; }
  /// Interleaved frames [first, first + frames), within the file; fewer where it ends early.
  /// Nothing when the reader failed, now or before.
  std::optional<std::vector<float>> read(std::int64_t first, std::int64_t frames);

 private:
  std::mutex mutex_;
  std::optional<ReaderStream> reader_;
  int rate_ = 0, channels_ = 0;
  std::int64_t frames_ = 0;
};

/// One channel of a file, or (channel -1) the mean of all.
class FileTrack final : public SoundTrack {
 public:
  FileTrack(std::shared_ptr<SoundStream> stream, int channel)
      : stream_(std::move(stream)), channel_(channel) {}
  int rate() const override { return stream_->rate(); }
  std::int64_t samples() const override { return stream_->frames(); }
  bool read(std::int64_t first, std::span<float> out) const override;

 private:
  std::shared_ptr<SoundStream> stream_;
  int channel_;
};

/// Samples of one channel (-1: the mean of all) of interleaved frames.
void takeChannel(std::span<const float> interleaved, int channels, int channel,
                 std::span<float> out);

/// Whether a name ends like that of a sound file.
bool isSoundFile(const Path& file);

}  // namespace warmstart
