#include "plugins/audio/io/wav_check.h"

#include <cctype>
#include <cstring>
#include <fstream>

#include "core/base/error.h"

namespace warmstart::audio {
namespace {

constexpr std::uint64_t kChunkHeader = 8, kRiffHeader = 12;

struct WavChunk {
  char name[4];
  std::uint64_t size;
};

std::uint32_t little_endian(const unsigned char* bytes) {
  return static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8 |
         static_cast<std::uint32_t>(bytes[2]) << 16 | static_cast<std::uint32_t>(bytes[3]) << 24;
}

WavChunk read_chunk(std::ifstream& file, std::uint64_t at) {
  unsigned char bytes[kChunkHeader] = {};
  file.seekg(static_cast<std::streamoff>(at));
  file.read(reinterpret_cast<char*>(bytes), kChunkHeader);
  WavChunk chunk{{}, little_endian(bytes + 4)};
  std::memcpy(chunk.name, bytes, 4);
  return chunk;
}

bool is_chunk_name(const char* name) {
  for (int i = 0; i < 4; ++i) {
    if (!std::isprint(static_cast<unsigned char>(name[i]))) return false;
  }
  return true;
}

}  // namespace

void check_wav(const Path& path) {
  std::ifstream file(path, std::ios::binary);
  char riff[kRiffHeader] = {};
  file.read(riff, kRiffHeader);
  if (!file || std::memcmp(riff, "RIFF", 4) != 0 || std::memcmp(riff + 8, "WAVE", 4) != 0) return;
  const std::uint64_t length = std::filesystem::file_size(path);
  bool sound = false;
  for (std::uint64_t at = kRiffHeader; at + kChunkHeader <= length;) {
    const WavChunk chunk = read_chunk(file, at);
    const std::uint64_t rest = length - at - kChunkHeader;
    const bool data = std::memcmp(chunk.name, "data", 4) == 0;
    if (data && chunk.size > rest) {
      throw Error("the header says " + std::to_string(chunk.size) +
                      " bytes of sound, the file holds " + std::to_string(rest),
                  path.string(),
                  "it is truncated, or its header was never completed; copy or write it again");
    }
    if (!is_chunk_name(chunk.name) || chunk.size > rest) {
      throw Error(std::to_string(length - at) + " bytes follow that the header does not know",
                  path.string(), "its header gives a wrong length; write it again");
    }
    sound = sound || data;
    at += kChunkHeader + chunk.size + chunk.size % 2;
  }
  if (!sound) throw Error("the file holds no sound", path.string(), "copy or record it again");
}

}  // namespace warmstart::audio
