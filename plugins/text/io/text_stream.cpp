#include "plugins/text/io/text_stream.h"

#include <algorithm>
#include <fstream>

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "plugins/text/io/documents.h"
#include "plugins/text/io/text_file.h"

namespace warmstart::text {
namespace {

constexpr std::size_t kLongestWord = 64;      // a piece that holds no space begins where it was cut
constexpr std::uint64_t kLookedAt = 1 << 16;  // bytes that tell a file's encoding
constexpr std::uint64_t kLongestLine = std::uint64_t{256} << 20;

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

/// Bytes before the first whole word, or the first whole character where no word begins soon.
std::size_t word_start(const std::string& bytes, std::size_t from, bool utf8) {
  const std::size_t space = bytes.find_first_of(" \n", from);
  if (space != std::string::npos && space - from < kLongestWord) return space + 1;
  std::size_t begin = from;
  while (utf8 && begin < bytes.size() && begin < from + 3 && is_continuation(bytes[begin])) ++begin;
  return begin;
}

std::vector<Path> streamed_files(const Path& root) {
  std::vector<Path> files;
  if (std::filesystem::is_regular_file(root)) files.push_back(root);
  if (std::filesystem::is_directory(root)) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      const std::string extension = lower_extension(entry.path());
      const bool text = extension == ".txt" || extension == ".text" || extension == ".jsonl";
      if (entry.is_regular_file() && text) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  if (files.empty())
    throw Error("no text files there", root.string(),
                "give a file, or a folder with .txt or .jsonl files");
  return files;
}

}  // namespace

TextStream::TextStream(const Path& root, TextStreamOptions options)
    : files_(streamed_files(root)),
      options_(std::move(options)),
      found_(std::make_shared<std::vector<std::atomic<std::uint8_t>>>(files_.size())) {
  for (const Path& file : files_) {
    sizes_.push_back(std::filesystem::file_size(file));
    lines_.push_back(lower_extension(file) == ".jsonl");
    bytes_ += sizes_.back();
  }
  if (bytes_ == 0) throw Error("the corpus is empty", root.string(), "give files with text");
}

std::string TextStream::bytes_of(std::size_t file, std::uint64_t offset,
                                 std::uint64_t count) const {
  std::string bytes(static_cast<std::size_t>(std::min(count, sizes_.at(file) - offset)), '\0');
  std::ifstream stream(files_.at(file), std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(offset));
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (stream) return bytes;
  throw Error("the file cannot be read at byte " + std::to_string(offset), files_.at(file).string(),
              "it may have become shorter; start again", ErrorKind::kMachine);
}

const std::string& TextStream::encoding_of(std::size_t file) const {
  static const std::string kUtf8 = "utf-8", kLatin1 = "latin-1";
  if (options_.encoding != "auto") return options_.encoding;
  std::atomic<std::uint8_t>& known = found_->at(file);
  if (known == 0) {
    std::string bytes = bytes_of(file, 0, kLookedAt);
    if (bytes.size() < sizes_.at(file)) bytes.resize(bytes.size() - unfinished(bytes));
    known = first_invalid_utf8(bytes) == std::string::npos ? 1 : 2;
  }
  return known == 1 ? kUtf8 : kLatin1;
}

TextStream::Line TextStream::line_at(std::size_t file, std::uint64_t offset) const {
  const std::uint64_t size = sizes_.at(file);
  Line line{offset, offset};
  for (std::uint64_t step = 4096; line.begin > 0; step *= 2) {
    const std::uint64_t from = line.begin - std::min(line.begin, step);
    const std::size_t found = bytes_of(file, from, line.begin - from).rfind('\n');
    line.begin = found == std::string::npos ? from : from + found + 1;
    if (found != std::string::npos) break;
    if (offset - line.begin > kLongestLine) break;
  }
  for (std::uint64_t step = 4096; line.end < size; step *= 2) {
    const std::string bytes = bytes_of(file, line.end, step);
    const std::size_t found = bytes.find('\n');
    line.end += found == std::string::npos ? bytes.size() : found;
    if (found != std::string::npos || line.end - offset > kLongestLine) break;
  }
  if (line.end - line.begin <= kLongestLine) return line;
  throw Error("a line of more than 256 MiB at byte " + std::to_string(line.begin),
              files_.at(file).string(), "write one object a line");
}

std::uint64_t TextStream::cut_near(std::size_t file, std::uint64_t offset) const {
  if (!has_lines(file) || offset >= sizes_.at(file)) return offset;
  const Line line = line_at(file, offset);
  return line.begin == offset ? offset : std::min(line.end + 1, sizes_.at(file));
}

TextStream::Piece TextStream::read(std::size_t file, std::uint64_t offset, std::uint64_t end,
                                   std::size_t count) const {
  return has_lines(file) ? read_line(file, offset, count) : read_plain(file, offset, end, count);
}

TextStream::Piece TextStream::read_plain(std::size_t file, std::uint64_t offset, std::uint64_t end,
                                         std::size_t count) const {
  const Path& path = files_.at(file);
  const bool utf8 = encoding_of(file) == "utf-8";
  std::string bytes = bytes_of(file, offset, std::min<std::uint64_t>(count, end - offset));
  const bool ends = offset + bytes.size() >= end;
  std::uint64_t next = offset + bytes.size();
  if (next < sizes_.at(file)) {
    if (utf8) bytes.resize(bytes.size() - unfinished(bytes));
    if (bytes.ends_with('\r')) bytes.pop_back();  // its line feed may come
  }
  const std::size_t begin = offset > 0 ? std::min(word_start(bytes, 0, utf8), bytes.size()) : 0;
  if (!ends) next = offset + bytes.size();
  bytes.erase(0, begin);
  return {decode_text(std::move(bytes), encoding_of(file), path.string(), offset + begin).text,
          path.filename().string() + " at " + std::to_string(offset + begin), ends, next};
}

TextStream::Piece TextStream::read_line(std::size_t file, std::uint64_t offset,
                                        std::size_t count) const {
  const Path& path = files_.at(file);
  const Line line = line_at(file, offset);
  const std::string id = path.filename().string() + " at " + std::to_string(offset),
                    where = path.string() + ", line at byte " + std::to_string(line.begin);
  const std::uint64_t next = std::min(line.end + 1, sizes_.at(file));
  const std::string text = decode_text(bytes_of(file, line.begin, line.end - line.begin),
                                       encoding_of(file), path.string(), line.begin)
                               .text;
  if (text.find_first_not_of(" \t\n") == std::string::npos) return {"", id, true, next};
  const Json object = Json::parse(text, nullptr, false);
  if (!object.is_object())
    throw Error("the line is no JSON object", where, "write one object a line");
  std::string own = json_text(object, options_.field, where);
  if (offset > line.begin) {
    const double share =
        static_cast<double>(offset - line.begin) / static_cast<double>(line.end - line.begin);
    const auto from = static_cast<std::size_t>(static_cast<double>(own.size()) * share);
    own.erase(0, std::min(word_start(own, std::min(from, own.size()), true), own.size()));
  }
  if (own.size() <= count) return {std::move(own), id, true, next};
  const std::uint64_t taken = std::max<std::uint64_t>(1, (next - offset) * count / own.size());
  own.resize(count);
  own.resize(own.size() - unfinished(own));
  return {std::move(own), id, false, offset + taken};
}

}  // namespace warmstart::text
