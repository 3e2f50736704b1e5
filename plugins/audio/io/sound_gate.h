// The door that every sound file passes before this process decodes it: one guarded reading of the
// whole file in a short-lived process (core/base/file_guard.h). Datasets hold one gate and admit
// all their files at once.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/file_guard.h"
#include "plugins/audio/io/sound_file.h"

namespace warmstart::audio {

/// What the reader found in one file.
struct SoundVerdict {
  bool good = false;
  std::string reason, hint;  ///< when bad
  SoundInfo info;            ///< when good; frames as decoded
  double peak = 0;           ///< largest magnitude of a sample
};

Json to_json(const SoundVerdict& verdict);

struct SoundAdmission {
  Path file;
  SoundVerdict verdict;
  std::uint64_t bytes = 0;
  std::filesystem::file_time_type changed;
};

class SoundGate {
 public:
  /// `reader`: the program; empty = beside this library.
  explicit SoundGate(const Path& reader = {});
  /// One admission a file, in order. A file of up to 64 MiB is known by its content; a longer one
  /// by its ends, length and time of change.
  std::vector<SoundAdmission> admit(const std::vector<Path>& files);
  std::int64_t guarded_reads() const { return guard_.guarded_reads(); }

 private:
  FileGuard guard_;
};

/// Decodes the file from end to end and says what it holds: the reader program's work. Errors as
/// SoundFile and check_wav, and: no samples, fewer than declared, a sample that is not a number.
SoundVerdict judge_sound(const Path& file);

/// Throws the verdict's reason as an Error that names the file.
void require_good(const SoundAdmission& admission);

/// What is wanted of a file's samples.
struct SoundWish {
  std::int64_t rate = 16000;
  bool resample = false;  ///< else another rate is an error
  bool mix_down = false;  ///< else more than one channel is an error
  bool silence = true;    ///< else a file without signal is an error
  double shortest = 0;    ///< s; a file below it is an error
  double longest = 0;     ///< s; a file above it is an error; 0 = any length
};
/// Why an admitted file does not meet the wish, as an Error that names it; no error: it does.
void require_wish(const SoundAdmission& admission, const SoundWish& wish);

/// Length of an admitted file in samples at rate `rate`.
std::int64_t length_at(const SoundAdmission& admission, std::int64_t rate);

/// Mono samples [start, start + count) at the wish's rate; zeros beyond the end. Reads no more than
/// that stretch. Errors: the verdict's reason; the file changed since it was judged.
std::vector<float> read_window(const SoundAdmission& admission, const SoundWish& wish,
                               std::int64_t start, std::int64_t count);

/// One channel of an admitted file, whole, at its own rate.
std::vector<float> read_channel(const SoundAdmission& admission, std::int64_t channel);

}  // namespace warmstart::audio
