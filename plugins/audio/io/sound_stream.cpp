#include "plugins/audio/io/sound_stream.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

#include "core/base/error.h"
#include "core/base/file_guard.h"
#include "core/base/guarded_reader.h"
#include "plugins/audio/io/sound_file.h"
#include "plugins/audio/io/wav_check.h"

namespace warmstart::audio {
namespace {

constexpr int kRequestSeconds = 20;  ///< of computing

void say(const Json& line) {
  std::printf("%s\n", line.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
  std::fflush(stdout);
}

void check_streamed(const SoundInfo& info, const Path& file) {
  if (info.rate >= 1 && info.channels >= 1 && info.channels <= 64 && info.frames >= 1) return;
  throw Error("the file holds no sound", file.string(), "check that it opens elsewhere");
}

/// Frames from `first` on; where that cannot be, none.
std::vector<float> piece_of(SoundFile& sound, std::int64_t first, std::int64_t frames,
                            std::int64_t& place) {
  if (first < 0 || frames < 0 || frames > kMostStreamed || first >= sound.info().frames) return {};
  if (first != place) sound.seek(first);
  std::vector<float> samples = sound.read(frames);
  place = first + static_cast<std::int64_t>(samples.size()) / sound.info().channels;
  for (float& sample : samples) sample = std::isfinite(sample) ? sample : 0;
  return samples;
}

}  // namespace

int stream_sound(const Path& file) {
  guard_process();
  limit_cpu(kRequestSeconds);
  limit_memory(std::uint64_t{512} << 20);
  std::optional<SoundFile> sound;
  try {
    check_wav(file);
    sound.emplace(file);
    check_streamed(sound->info(), file);
    const SoundInfo& info = sound->info();
    say({{"good", true},
         {"rate", info.rate},
         {"channels", info.channels},
         {"frames", info.frames}});
    std::int64_t place = 0;
    for (std::int64_t request[2]; std::fread(request, sizeof request, 1, stdin) == 1;) {
      limit_cpu(kRequestSeconds);
      const std::vector<float> samples = piece_of(*sound, request[0], request[1], place);
      const auto frames = static_cast<std::int64_t>(samples.size()) / info.channels;
      std::fwrite(&frames, sizeof frames, 1, stdout);
      std::fwrite(samples.data(), sizeof(float), samples.size(), stdout);
      std::fflush(stdout);
    }
  } catch (const Error& error) {
    if (sound) return 1;  // amid the answers: the missing one says so
    say(bad_verdict_line(error.problem(), error.hint()));
  }
  return 0;
}

}  // namespace warmstart::audio
