#include "plugins/audio/io/wav_write.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/base/error.h"

namespace warmstart::audio {
namespace {

void put(std::string& bytes, std::uint64_t value, int count) {
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

std::string wav_header(std::uint64_t data_bytes, std::int64_t channels, std::int64_t rate,
                       WavSamples samples) {
  const bool whole = samples == WavSamples::kInt16;
  const std::uint64_t width = whole ? 2 : 4;
  const auto count = static_cast<std::uint64_t>(channels);
  std::string bytes = "RIFF";
  put(bytes, 36 + data_bytes, 4);
  bytes += "WAVEfmt ";
  put(bytes, 16, 4);
  put(bytes, whole ? 1 : 3, 2);  // PCM, IEEE float
  put(bytes, count, 2);
  put(bytes, static_cast<std::uint64_t>(rate), 4);
  put(bytes, static_cast<std::uint64_t>(rate) * count * width, 4);
  put(bytes, count * width, 2);
  put(bytes, 8 * width, 2);
  bytes += "data";
  put(bytes, data_bytes, 4);
  return bytes;
}

}  // namespace

void write_wav(const Path& path, const std::vector<float>& interleaved, std::int64_t channels,
               std::int64_t rate, WavSamples samples) {
  if (channels < 1 || rate < 1 || interleaved.size() % static_cast<std::size_t>(channels) != 0)
    throw Error("no whole frames of sound to write", path.string(), "give channels and a rate");
  const std::uint64_t width = samples == WavSamples::kInt16 ? 2 : 4;
  const std::uint64_t bytes = interleaved.size() * width;
  if (bytes > std::numeric_limits<std::uint32_t>::max() - 36)
    throw Error("the sound is longer than a WAV file can be", path.string(), "write it in parts");
  std::string file = wav_header(bytes, channels, rate, samples);
  file.reserve(file.size() + bytes);
  for (const float sample : interleaved) {
    if (samples == WavSamples::kFloat32) {
      std::uint32_t bits = 0;
      std::memcpy(&bits, &sample, sizeof bits);
      put(file, bits, 4);
    } else {
      const float clipped = std::isfinite(sample) ? std::clamp(sample, -1.0F, 1.0F) : 0.0F;
      put(file, static_cast<std::uint16_t>(static_cast<std::int16_t>(std::lrint(clipped * 32767))),
          2);
    }
  }
  write_atomically(path, file);
}

}  // namespace warmstart::audio
