#include "plugins/text/io/byte_level.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>

#include "core/base/utf8.h"
#include "plugins/text/io/unicode.h"

namespace warmstart::text {
namespace {

/// Printable bytes stand for themselves, the others for 256, 257, ... in order.
const std::array<char32_t, 256>& byte_characters() {
  static const std::array<char32_t, 256> table = [] {
    std::array<char32_t, 256> made{};
    char32_t next = 256;
    for (char32_t byte = 0; byte < 256; ++byte) {
      const bool printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) ||
                             (byte >= 174 && byte <= 255);
      made[byte] = printable ? byte : next++;
    }
    return made;
  }();
  return table;
}

enum class CharacterKind : std::uint8_t { kSpace, kLetter, kNumber, kOther };

CharacterKind kind_of_point(char32_t point) {
  if (is_space(point)) return CharacterKind::kSpace;
  if (is_letter(point)) return CharacterKind::kLetter;
  return is_number(point) ? CharacterKind::kNumber : CharacterKind::kOther;
}

const std::array<CharacterKind, 128>& ascii_kinds() {
  static const std::array<CharacterKind, 128> table = [] {
    std::array<CharacterKind, 128> made{};
    for (char32_t point = 0; point < 128; ++point) made[point] = kind_of_point(point);
    return made;
  }();
  return table;
}

/// Walks over the bytes themselves: a copy as code points would be four times as large.
class ByteLevelScanner {
 public:
  ByteLevelScanner(std::string_view text, WordPattern pattern) : text_(text), pattern_(pattern) {}

  std::vector<std::string_view> words() {
    std::vector<std::string_view> words;
    while (at_ < text_.size()) {
      const std::size_t length = pattern_ == WordPattern::kGpt2 ? gpt2_length() : gpt4_length();
      words.push_back(text_.substr(at_, length));
      at_ += length;
    }
    return words;
  }

 private:
  using Kind = CharacterKind;
  struct Character {
    Kind kind;
    std::size_t bytes;
  };

  Character at(std::size_t place) const {
    const auto byte = static_cast<unsigned char>(text_[place]);
    if (byte < 0x80) return {ascii_[byte], 1};
    const std::size_t bytes = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    char32_t point = byte & (0xffU >> (bytes + 1));
    for (std::size_t i = 1; i < bytes && place + i < text_.size(); ++i)
      point = (point << 6U) | (static_cast<unsigned char>(text_[place + i]) & 0x3fU);
    return {kind_of_point(point), std::min(bytes, text_.size() - place)};
  }

  std::size_t contraction() const {
    if (text_[at_] != '\'') return 0;
    for (const std::string_view ending : {"s", "t", "re", "ve", "m", "ll", "d"}) {
      if (text_.substr(at_ + 1).starts_with(ending)) return 1 + ending.size();
    }
    return 0;
  }

  std::size_t contraction_in_any_case() const {
    if (text_[at_] != '\'') return 0;
    std::string next(text_.substr(at_ + 1, 2));
    for (char& letter : next)
      if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter + ('a' - 'A'));
    if (next == "\xc5\xbf") return 3;  // U+017F is an s in another case
    for (const std::string_view ending : {"s", "t", "re", "ve", "m", "ll", "d"}) {
      if (next.starts_with(ending)) return 1 + ending.size();
    }
    return 0;
  }

  /// Bytes of the run of one kind from `start`, and of its last character.
  struct Run {
    std::size_t bytes, last;
  };
  Run run(std::size_t start) const {
    const Character first = at(start);
    Run found{first.bytes, first.bytes};
    while (start + found.bytes < text_.size()) {
      const Character next = at(start + found.bytes);
      if (next.kind != first.kind) break;
      found = {found.bytes + next.bytes, next.bytes};
    }
    return found;
  }

  /// The last space before a word stays for the word.
  std::size_t spaces_before_word() const {
    const Run spaces = run(at_);
    const bool at_end = at_ + spaces.bytes == text_.size();
    return at_end || spaces.bytes == spaces.last ? spaces.bytes : spaces.bytes - spaces.last;
  }

  std::size_t gpt2_length() const {
    if (const std::size_t length = contraction(); length > 0) return length;
    if (at(at_).kind != Kind::kSpace) return run(at_).bytes;
    const bool word_follows = at_ + 1 < text_.size() && at(at_ + 1).kind != Kind::kSpace;
    if (text_[at_] == ' ' && word_follows) return 1 + run(at_ + 1).bytes;
    return spaces_before_word();
  }

  std::size_t gpt4_length() const {
    if (const std::size_t length = contraction_in_any_case(); length > 0) return length;
    const Character first = at(at_);
    if (first.kind == Kind::kLetter) return run(at_).bytes;
    if (first.kind == Kind::kNumber) return digits(pattern_ == WordPattern::kQwen2 ? 1 : 3);
    const std::size_t behind = at_ + first.bytes;
    const bool alone = behind == text_.size();
    if (!alone && !is_line_end(at_) && at(behind).kind == Kind::kLetter)
      return first.bytes + run(behind).bytes;
    if (first.kind == Kind::kOther) return with_line_ends(run(at_).bytes);
    if (!alone && text_[at_] == ' ' && at(behind).kind == Kind::kOther)
      return with_line_ends(1 + run(behind).bytes);
    const std::size_t line = text_.substr(at_, run(at_).bytes).find_last_of("\r\n");
    return line != std::string_view::npos ? line + 1 : spaces_before_word();
  }

  std::size_t digits(int most) const {
    std::size_t bytes = 0;
    for (int i = 0; i < most && at_ + bytes < text_.size(); ++i) {
      const Character next = at(at_ + bytes);
      if (next.kind != Kind::kNumber) break;
      bytes += next.bytes;
    }
    return bytes;
  }

  bool is_line_end(std::size_t place) const { return text_[place] == '\r' || text_[place] == '\n'; }

  std::size_t with_line_ends(std::size_t bytes) const {
    while (at_ + bytes < text_.size() && is_line_end(at_ + bytes)) ++bytes;
    return bytes;
  }

  std::string_view text_;
  WordPattern pattern_;
  const std::array<CharacterKind, 128>& ascii_ = ascii_kinds();
  std::size_t at_ = 0;
};

}  // namespace

std::optional<WordPattern> word_pattern(std::string_view regex) {
  static const std::map<std::string_view, WordPattern> known{
      {R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)",
       WordPattern::kGpt2},
      {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3})"
       R"(| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
       WordPattern::kGpt4},
      {R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3})"
       R"(| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)",
       WordPattern::kGpt4},
      {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N})"
       R"(| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
       WordPattern::kQwen2}};
  const auto found = known.find(regex);
  return found == known.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string_view> byte_level_words(std::string_view text, WordPattern pattern) {
  return ByteLevelScanner(text, pattern).words();
}

std::string to_byte_characters(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes)
    append_utf8(text, byte_characters()[static_cast<unsigned char>(byte)]);
  return text;
}

std::string from_byte_characters(std::string_view characters) {
  static const std::map<char32_t, char> bytes = [] {
    std::map<char32_t, char> made;
    for (std::size_t byte = 0; byte < 256; ++byte)
      made[byte_characters()[byte]] = static_cast<char>(byte);
    return made;
  }();
  std::string out;
  for (const char32_t point : code_points(characters)) {
    const auto found = bytes.find(point);
    if (found != bytes.end()) out.push_back(found->second);
  }
  return out;
}

}  // namespace warmstart::text
