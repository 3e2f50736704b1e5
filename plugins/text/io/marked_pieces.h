// Pieces in which U+2581 stands for a space and "<0x0A>" for a byte, as SentencePiece writes them.
// The byte-pair tokenizer of LLaMA's kind uses it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace warmstart::text {

inline constexpr std::string_view kSpaceMark = "\xe2\x96\x81";

/// Spaces (U+0020) as marks, and back.
std::string with_marks(std::string_view text);
std::string without_marks(std::string_view text);

/// Text cut before marks: before each one, or before those that do not follow another.
std::vector<std::string_view> words_at_marks(std::string_view text, bool each);

std::string byte_piece(unsigned char byte);  ///< "<0x0A>"

/// Puts text together from pieces. Bytes that are not valid UTF-8 with their neighbours become one
/// U+FFFD each.
class MarkedText {
 public:
  void add(std::string_view piece);
  void add_byte(unsigned char byte) { bytes_.push_back(static_cast<char>(byte)); }
  /// The text so far without its first spaces, at most `leading_spaces` of them.
  std::string take(std::size_t leading_spaces);

 private:
  void end_bytes();
  std::string text_, bytes_;
};

}  // namespace warmstart::text
