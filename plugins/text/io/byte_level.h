// What GPT-2's tokenizer does before its merges: cuts text into words, spaces with them, and writes
// every byte as a printable character.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace warmstart::text {

/// The words of the pattern 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+|
/// ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+ in order, as views of `text`; together they are the text.
std::vector<std::string_view> byte_level_words(std::string_view text);

/// Bytes to printable characters (UTF-8) and back; `from` leaves out what is no such character.
std::string to_byte_characters(std::string_view bytes);
std::string from_byte_characters(std::string_view characters);

}  // namespace warmstart::text
