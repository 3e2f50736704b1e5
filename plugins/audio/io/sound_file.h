// Reads sound files through libsndfile: WAV, FLAC, OGG, MP3 and what else it knows. Only code that
// was admitted by the gate (io/sound_gate.h), or runs in the guarded reader, opens files here.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart::audio {

struct SoundInfo {
  std::int64_t rate = 0;      ///< frames a second
  std::int64_t channels = 0;  ///< samples a frame
  std::int64_t frames = 0;    ///< as the file declares
};

class SoundFile {
 public:
  /// Error naming the file when it is missing or of no known format.
  explicit SoundFile(const Path& path);
  ~SoundFile();
  SoundFile(const SoundFile&) = delete;
  SoundFile& operator=(const SoundFile&) = delete;
  const SoundInfo& info() const { return info_; }
  /// Up to `frames` from where it stands, interleaved, nominally in [-1, 1]; shorter at the end.
  std::vector<float> read(std::int64_t frames);
  /// Error when the file cannot be read from there.
  void seek(std::int64_t frame);

 private:
  struct Handle;
  Path path_;
  std::unique_ptr<Handle> handle_;
  SoundInfo info_;
};

/// The mean of all channels; frames of `interleaved` in, one sample a frame out.
std::vector<float> mixed_down(const std::vector<float>& interleaved, std::int64_t channels);

/// True for a name that ends like a sound file's (.wav, .flac, .ogg, .mp3, ... in any case).
bool is_sound_name(const Path& path);

}  // namespace warmstart::audio
