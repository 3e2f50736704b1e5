#include "plugins/text/io/byte_level.h"

#include <array>
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

class ByteLevelScanner {
 public:
  explicit ByteLevelScanner(std::u32string points) : points_(std::move(points)) {}

  std::vector<std::string> words() {
    std::vector<std::string> words;
    while (at_ < points_.size()) {
      const std::size_t length = next_length();
      words.push_back(utf8(std::u32string_view(points_).substr(at_, length)));
      at_ += length;
    }
    return words;
  }

 private:
  enum class Kind { kSpace, kLetter, kNumber, kOther };

  Kind kind(std::size_t i) const {
    if (is_space(points_[i])) return Kind::kSpace;
    if (is_letter(points_[i])) return Kind::kLetter;
    return is_number(points_[i]) ? Kind::kNumber : Kind::kOther;
  }

  std::size_t contraction() const {
    if (points_[at_] != U'\'') return 0;
    for (const std::u32string_view ending : {U"s", U"t", U"re", U"ve", U"m", U"ll", U"d"}) {
      if (std::u32string_view(points_).substr(at_ + 1).starts_with(ending))
        return 1 + ending.size();
    }
    return 0;
  }

  /// Length of the run of one kind from `start`.
  std::size_t run(std::size_t start) const {
    std::size_t end = start;
    while (end < points_.size() && kind(end) == kind(start)) ++end;
    return end - start;
  }

  std::size_t next_length() const {
    if (const std::size_t length = contraction(); length > 0) return length;
    if (kind(at_) != Kind::kSpace) return run(at_);
    const bool word_follows = at_ + 1 < points_.size() && kind(at_ + 1) != Kind::kSpace;
    if (points_[at_] == U' ' && word_follows) return 1 + run(at_ + 1);
    const std::size_t spaces = run(at_);
    // The last space before a word stays for the word.
    const bool at_end = at_ + spaces == points_.size();
    return at_end || spaces == 1 ? spaces : spaces - 1;
  }

  std::u32string points_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<std::string> byte_level_words(std::string_view text) {
  return ByteLevelScanner(code_points(text)).words();
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
