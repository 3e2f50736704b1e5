// What GPT-2's tokenizer and its descendants do before their merges: cut text into words, spaces
// with them, and write every byte as a printable character.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace warmstart::text {

/// The patterns that published tokenizers cut words by; word_pattern knows them as they are
/// written in a tokenizer.json, and is empty for another one.
enum class WordPattern : std::uint8_t {
  kGpt2,   ///< 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
  kGpt4,   ///< contractions in any case, \p{N}{1,3}, a mark before letters; LLaMA 3's too
  kQwen2,  ///< as kGpt4 with single digits
};
std::optional<WordPattern> word_pattern(std::string_view regex);

/// The words in order, as views of `text`; together they are the text.
std::vector<std::string_view> byte_level_words(std::string_view text,
                                               WordPattern pattern = WordPattern::kGpt2);

/// Bytes to printable characters (UTF-8) and back; `from` leaves out what is no such character.
std::string to_byte_characters(std::string_view bytes);
std::string from_byte_characters(std::string_view characters);

}  // namespace warmstart::text
