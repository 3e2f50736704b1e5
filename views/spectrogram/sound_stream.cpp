#include "views/spectrogram/sound_stream.h"

#include <algorithm>
#include <cctype>

#include "core/base/error.h"
#include "core/base/json.h"

namespace warmstart {
namespace {

constexpr int kAnswerSeconds = 30;
constexpr std::int64_t kMostAsked = 1 << 17;  ///< frames of one request

}  // namespace

SoundStream::SoundStream(const Path& file) {
  reader_.emplace(
      find_reader("warmstart-sound-reader", "audio", reinterpret_cast<const void*>(&isSoundFile)),
      std::vector<std::string>{"stream", file.string()});
  const auto line = reader_->next_line(kAnswerSeconds);
  const Json said = line ? Json::parse(*line, nullptr, false) : Json();
  if (!said.is_object())
    throw Error(reader_->how_it_ended(), file.string(), "the file is damaged or hostile");
  if (!said.value("good", false))
    throw Error(said.value("reason", "it cannot be read"), file.string(), said.value("hint", ""));
  rate_ = said.value("rate", 0), channels_ = said.value("channels", 0);
  frames_ = said.value("frames", std::int64_t{0});
}

std::optional<std::vector<float>> SoundStream::read(std::int64_t first, std::int64_t frames) {
  const std::lock_guard lock(mutex_);
  std::vector<float> all;
  while (reader_ && frames > 0) {
    const std::int64_t request[2] = {first, std::min(frames, kMostAsked)};
    std::int64_t count = 0;
    const bool answered = reader_->send({reinterpret_cast<const char*>(request), sizeof request}) &&
                          reader_->receive_all(&count, sizeof count, kAnswerSeconds) &&
                          count >= 0 && count <= request[1];
    const std::size_t held = all.size();
    if (answered) all.resize(held + static_cast<std::size_t>(count * channels_));
    const std::size_t bytes = (all.size() - held) * sizeof(float);
    if (!answered || !reader_->receive_all(all.data() + held, bytes, kAnswerSeconds)) {
      reader_.reset();
      break;
    }
    if (count < request[1]) return all;
    first += count, frames -= count;
  }
  return reader_ ? std::optional(std::move(all)) : std::nullopt;
}

void takeChannel(std::span<const float> interleaved, int channels, int channel,
                 std::span<float> out) {
  const auto step = static_cast<std::size_t>(channels);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (channel >= 0) {
      out[i] = interleaved[i * step + static_cast<std::size_t>(channel)];
      continue;
    }
    float sum = 0;
    for (std::size_t c = 0; c < step; ++c) sum += interleaved[i * step + c];
    out[i] = sum / static_cast<float>(channels);
  }
}

bool FileTrack::read(std::int64_t first, std::span<float> out) const {
  std::fill(out.begin(), out.end(), 0.0F);
  const std::int64_t begin = std::max<std::int64_t>(0, first);
  const std::int64_t end = std::min(samples(), first + std::ssize(out));
  if (end <= begin) return true;
  const auto frames = stream_->read(begin, end - begin);
  if (!frames) return false;
  const std::size_t count = frames->size() / static_cast<std::size_t>(stream_->channels());
  takeChannel(*frames, stream_->channels(), channel_,
              out.subspan(static_cast<std::size_t>(begin - first), count));
  return true;
}

bool isSoundFile(const Path& file) {
  std::string ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  static const std::vector<std::string> kEndings{".wav", ".flac", ".ogg",  ".oga", ".opus",
                                                 ".mp3", ".aif",  ".aiff", ".au"};
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

}  // namespace warmstart
