#include "plugins/text/io/text_file.h"

#include <algorithm>
#include <cctype>

#include "core/base/error.h"
#include "core/base/utf8.h"

namespace warmstart::text {
namespace {

/// First byte that Latin-1 text does not hold: a control character other than tab, line ends and
/// form feed, or of 0x80-0x9f.
std::size_t first_not_latin1(const std::string& bytes) {
  const auto found = std::find_if(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    const bool spacing = byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
    return (byte < 0x20 && !spacing) || (byte >= 0x7f && byte < 0xa0);
  });
  return found == bytes.end() ? std::string::npos : static_cast<std::size_t>(found - bytes.begin());
}

void refuse_utf16(const std::string& bytes, const std::string& where) {
  if (!bytes.starts_with("\xff\xfe") && !bytes.starts_with("\xfe\xff")) return;
  throw Error("the file is UTF-16", where, "save it as UTF-8");
}

/// Names bytes of a whole file by their line, of a piece by the file alone.
struct BytePlaces {
  const std::string& where;
  std::optional<std::uint64_t> piece_at;
  std::string place(const std::string& bytes, std::size_t offset) const {
    return piece_at ? where : where + ":" + std::to_string(line_of(bytes, offset));
  }
  std::string offset_text(std::size_t offset) const {
    return std::to_string(piece_at.value_or(0) + offset);
  }
};

std::string byte_text(char c) {
  constexpr const char* kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  return std::string("0x") + kDigits[byte >> 4U] + kDigits[byte & 15U];
}

/// "\r\n" and "\r" become "\n".
void unify_line_ends(std::string& text) {
  if (text.find('\r') == std::string::npos) return;
  std::size_t out = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    text[out++] = text[i] == '\r' ? '\n' : text[i];
  }
  text.resize(out);
}

}  // namespace

std::size_t line_of(const std::string& text, std::size_t offset) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
  return 1 + static_cast<std::size_t>(std::count(text.begin(), end, '\n'));
}

std::string lower_extension(const Path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

TextFile decode_text(std::string bytes, const std::string& encoding, const std::string& where,
                     std::optional<std::uint64_t> piece_at) {
  const BytePlaces places{where, piece_at};
  const bool beginning = piece_at.value_or(0) == 0;
  if (beginning) refuse_utf16(bytes, where);
  const std::size_t mark = beginning && bytes.starts_with("\xef\xbb\xbf") ? 3 : 0;
  bytes.erase(0, mark);
  if (const std::size_t zero = bytes.find('\0'); zero != std::string::npos) {
    throw Error(
        "a zero byte at offset " + places.offset_text(zero + mark) + ": this is no text file",
        places.place(bytes, zero), "give a text file");
  }
  TextFile file{{}, "utf-8"};
  const std::size_t invalid = encoding == "latin-1" ? 0 : first_invalid_utf8(bytes);
  if (invalid != std::string::npos) {
    const std::size_t strange = encoding == "utf-8" ? invalid : first_not_latin1(bytes);
    if (strange != std::string::npos) {
      const bool utf8_only = encoding == "utf-8";
      const std::string what = "the byte " + byte_text(bytes[strange]) + " at offset " +
                               places.offset_text(strange + mark);
      throw Error(what + (utf8_only ? " is not UTF-8" : " is neither UTF-8 nor Latin-1"),
                  places.place(bytes, strange), "save the file as UTF-8");
    }
    bytes = latin1_to_utf8(bytes);
    file.encoding = "latin-1";
  }
  unify_line_ends(bytes);
  file.text = std::move(bytes);
  return file;
}

TextFile read_text(const Path& path, const std::string& encoding) {
  return decode_text(read_file(path, kLargestTextFile), encoding, path.string());
}

}  // namespace warmstart::text
