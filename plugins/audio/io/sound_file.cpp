#include "plugins/audio/io/sound_file.h"

#include <sndfile.h>

#include <algorithm>
#include <cctype>

#include "core/base/error.h"

namespace warmstart::audio {

namespace {
// An MPEG frame (1152 samples) may need bits of up to nine earlier ones; after a seek the decoder
// lacks them and gives gaps, so reading starts earlier and the first frames are thrown away.
constexpr std::int64_t kMpegRunUp = 12 * 1152;
}  // namespace

struct SoundFile::Handle {
  SNDFILE* file = nullptr;
  std::int64_t run_up = 0;
  ~Handle() {
    if (file != nullptr) sf_close(file);
  }
};

SoundFile::SoundFile(const Path& path) : path_(path), handle_(std::make_unique<Handle>()) {
  if (!std::filesystem::is_regular_file(path))
    throw Error("there is no such sound file", path.string(), "check the name");
  if (std::filesystem::file_size(path) == 0)
    throw Error("the file is empty", path.string(), "copy or record it again");
  SF_INFO info{};
  handle_->file = sf_open(path.c_str(), SFM_READ, &info);
  if (handle_->file == nullptr) {
    throw Error(std::string("it cannot be opened as sound: ") + sf_strerror(nullptr), path.string(),
                "give WAV, FLAC, OGG or MP3");
  }
  if ((info.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_MPEG) handle_->run_up = kMpegRunUp;
  info_ = {info.samplerate, info.channels, info.frames};
  if (info_.rate > 0 && info_.channels > 0) return;
  throw Error("the header gives no sample rate or no channels", path.string(),
              "write the file again");
}

SoundFile::~SoundFile() = default;

std::vector<float> SoundFile::read(std::int64_t frames) {
  std::vector<float> samples(
      static_cast<std::size_t>(std::max<std::int64_t>(0, frames) * info_.channels));
  const sf_count_t count = sf_readf_float(handle_->file, samples.data(), frames);
  samples.resize(static_cast<std::size_t>(std::max<sf_count_t>(0, count) * info_.channels));
  return samples;
}

void SoundFile::seek(std::int64_t frame) {
  const std::int64_t start = std::max<std::int64_t>(0, frame - handle_->run_up);
  if (sf_seek(handle_->file, start, SEEK_SET) == start) {
    read(frame - start);
    return;
  }
  throw Error("it cannot be read from frame " + std::to_string(frame), path_.string(),
              "the file is damaged, or changed while it was in use");
}

std::vector<float> mixed_down(const std::vector<float>& interleaved, std::int64_t channels) {
  if (channels == 1) return interleaved;
  const auto step = static_cast<std::size_t>(channels);
  std::vector<float> mono(interleaved.size() / step);
  for (std::size_t i = 0; i < mono.size(); ++i) {
    double sum = 0;
    for (std::size_t c = 0; c < step; ++c) sum += interleaved[i * step + c];
    mono[i] = static_cast<float>(sum / static_cast<double>(channels));
  }
  return mono;
}

bool is_sound_name(const Path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  static const std::vector<std::string> known{".wav", ".flac", ".ogg",  ".oga", ".opus",
                                              ".mp3", ".aif",  ".aiff", ".au"};
  return std::find(known.begin(), known.end(), ending) != known.end();
}

}  // namespace warmstart::audio
