#include "plugins/text/io/text_stream.h"

#include <algorithm>
#include <fstream>

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "plugins/text/io/text_file.h"

namespace warmstart::text {
namespace {

constexpr std::size_t kLongestWord = 64;  // a piece that holds no space begins where it was cut

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80; }

/// Bytes at the end that begin a character and do not finish it.
std::size_t unfinished(const std::string& bytes) {
  for (std::size_t back = 1; back <= 3 && back <= bytes.size(); ++back) {
    const auto byte = static_cast<unsigned char>(bytes[bytes.size() - back]);
    if ((byte & 0xc0U) == 0x80) continue;
    const std::size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

std::vector<Path> streamed_files(const Path& root) {
  std::vector<Path> files;
  if (std::filesystem::is_regular_file(root)) files.push_back(root);
  if (std::filesystem::is_directory(root)) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      const std::string extension = lower_extension(entry.path());
      if (entry.is_regular_file() && (extension == ".txt" || extension == ".text"))
        files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  if (files.empty())
    throw Error("no text files there", root.string(), "give a file, or a folder with .txt files");
  return files;
}

}  // namespace

TextStream::TextStream(const Path& root, std::string encoding)
    : files_(streamed_files(root)), encoding_(std::move(encoding)) {
  for (const Path& file : files_) {
    sizes_.push_back(std::filesystem::file_size(file));
    bytes_ += sizes_.back();
  }
  if (bytes_ == 0) throw Error("the corpus is empty", root.string(), "give files with text");
}

TextStream::Piece TextStream::read(std::size_t file, std::uint64_t offset,
                                   std::size_t count) const {
  const Path& path = files_.at(file);
  const std::uint64_t size = sizes_.at(file);
  std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(count, size - offset)), '\0');
  std::ifstream stream(path, std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(offset));
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!stream) {
    throw Error("the file cannot be read at byte " + std::to_string(offset), path.string(),
                "it may have become shorter; start again", ErrorKind::kMachine);
  }
  std::size_t begin = 0;
  if (offset > 0) {
    const std::size_t space = bytes.find_first_of(" \n");
    if (space < kLongestWord) {
      begin = space + 1;
    } else if (encoding_ == "utf-8") {
      while (begin < bytes.size() && begin < 3 && is_continuation(bytes[begin])) ++begin;
    }
  }
  if (encoding_ == "utf-8" && offset + bytes.size() < size)
    bytes.resize(bytes.size() - unfinished(bytes));
  bytes.erase(0, std::min(begin, bytes.size()));
  const std::string place = path.string() + ", piece at byte " + std::to_string(offset + begin);
  return {decode_text(std::move(bytes), encoding_, place).text,
          path.filename().string() + " at " + std::to_string(offset + begin)};
}

}  // namespace warmstart::text
