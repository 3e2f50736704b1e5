#include "plugins/text/io/marked_pieces.h"

#include <algorithm>
#include <utility>

#include "core/base/utf8.h"

namespace warmstart::text {

std::string with_marks(std::string_view text) {
  std::string marked;
  marked.reserve(text.size() + text.size() / 4);
  for (const char byte : text) {
    if (byte == ' ')
      marked += kSpaceMark;
    else
      marked.push_back(byte);
  }
  return marked;
}

std::string without_marks(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t mark = std::min(text.find(kSpaceMark, at), text.size());
    plain += text.substr(at, mark - at);
    if (mark < text.size()) plain.push_back(' ');
    at = mark + kSpaceMark.size();
  }
  return plain;
}

std::vector<std::string_view> words_at_marks(std::string_view text, bool each) {
  std::vector<std::string_view> words;
  std::size_t begin = 0;
  for (std::size_t mark = text.find(kSpaceMark); mark != std::string_view::npos;
       mark = text.find(kSpaceMark, mark + kSpaceMark.size())) {
    const bool word_before = mark > begin && (each || !text.substr(0, mark).ends_with(kSpaceMark));
    if (!word_before) continue;
    words.push_back(text.substr(begin, mark - begin));
    begin = mark;
  }
  if (begin < text.size()) words.push_back(text.substr(begin));
  return words;
}

std::string byte_piece(unsigned char byte) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  return std::string("<0x") + kDigits[byte >> 4U] + kDigits[byte & 0xfU] + ">";
}

void MarkedText::add(std::string_view piece) {
  end_bytes();
  text_ += without_marks(piece);
}

std::string MarkedText::take(std::size_t leading_spaces) {
  end_bytes();
  const std::size_t spaces = std::min(text_.find_first_not_of(' '), text_.size());
  text_.erase(0, std::min(spaces, leading_spaces));
  return std::exchange(text_, {});
}

void MarkedText::end_bytes() {
  if (first_invalid_utf8(bytes_) == std::string::npos) {
    text_ += bytes_;
  } else {
    for (std::size_t i = 0; i < bytes_.size(); ++i) text_ += "\xef\xbf\xbd";
  }
  bytes_.clear();
}

}  // namespace warmstart::text
