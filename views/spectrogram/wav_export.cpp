#include "views/spectrogram/wav_export.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "core/base/error.h"
#include "views/desk/waiting_file.h"

namespace warmstart {
namespace {

constexpr std::int64_t kPiece = 1 << 18;  ///< samples

void putBytes(std::string& bytes, std::uint64_t value, int count) {
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

/// Microsoft's RIFF layout; float samples need the "fact" chunk.
std::string headerOf(std::uint64_t samples, int rate, WavDepth depth) {
  const bool whole = depth == WavDepth::kInt24;
  const std::uint64_t width = whole ? 3 : 4, data = samples * width, padded = data + data % 2;
  std::string bytes = "RIFF";
  putBytes(bytes, 4 + 24 + (whole ? 0 : 12) + 8 + padded, 4);
  bytes += "WAVEfmt ";
  putBytes(bytes, 16, 4);
  putBytes(bytes, whole ? 1 : 3, 2);
  putBytes(bytes, 1, 2);
  putBytes(bytes, static_cast<std::uint64_t>(rate), 4);
  putBytes(bytes, static_cast<std::uint64_t>(rate) * width, 4);
  putBytes(bytes, width, 2);
  putBytes(bytes, width * 8, 2);
  if (!whole) {
    bytes += "fact";
    putBytes(bytes, 4, 4);
    putBytes(bytes, samples, 4);
  }
  bytes += "data";
  putBytes(bytes, data, 4);
  return bytes;
}

void putSamples(std::string& bytes, std::span<const float> samples, WavDepth depth) {
  for (const float sample : samples) {
    if (depth == WavDepth::kFloat32) {
      std::uint32_t bits = 0;
      std::memcpy(&bits, &sample, sizeof bits);
      putBytes(bytes, bits, 4);
    } else {
      const double clipped = std::clamp<double>(sample, -1, 1);
      putBytes(bytes, static_cast<std::uint64_t>(std::llround(clipped * 8388607)), 3);
    }
  }
}

}  // namespace

void writeWav(const Path& path, const SoundTrack& track, std::int64_t first, std::int64_t last,
              WavDepth depth, const std::atomic<bool>& stop) {
  first = std::max<std::int64_t>(0, first), last = std::min(last, track.samples());
  const std::int64_t width = depth == WavDepth::kInt24 ? 3 : 4;
  if (last <= first) throw Error("there is no sound to write", path.string(), "mark a longer loop");
  if ((last - first) * width > std::numeric_limits<std::uint32_t>::max() - 64)
    throw Error("the sound is longer than a WAV file can be", path.string(),
                "mark a loop and write it in parts");
  WaitingFile file(path, "the sound could not be written");
  file.write(headerOf(static_cast<std::uint64_t>(last - first), track.rate(), depth));
  std::vector<float> samples;
  for (std::int64_t at = first; at < last; at += kPiece) {
    if (stop) return;
    samples.resize(static_cast<std::size_t>(std::min(kPiece, last - at)));
    if (!track.read(at, samples))
      throw Error("the sound could not be read any more", path.string(), "open its file again",
                  ErrorKind::kMachine);
    std::string bytes;
    putSamples(bytes, samples, depth);
    file.write(bytes);
  }
  if ((last - first) * width % 2 != 0) file.write(std::string(1, '\0'));
  file.finish();
}

}  // namespace warmstart
