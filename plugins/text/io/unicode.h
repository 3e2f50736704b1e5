// What tokenizers ask of a code point, and the text preparation of BERT's tokenizer. ICU answers.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace warmstart::text {

bool is_letter(char32_t point);
bool is_number(char32_t point);
bool is_space(char32_t point);           ///< White_Space
bool is_word_character(char32_t point);  ///< \w of Unicode: letters, marks, digits, connectors
/// As BERT's tokenizer: Unicode punctuation, and every ASCII symbol.
bool is_punctuation(char32_t point);
bool is_control(char32_t point);  ///< category C, without tab and line ends
bool is_cjk(char32_t point);      ///< ideographs that BERT's tokenizer sets apart

/// Full lower case; `turkish` keeps dotted and dotless i apart.
std::u32string lower_case(std::u32string_view text, bool turkish = false);
std::u32string canonical_composition(std::u32string_view text);  ///< NFC
std::u32string without_accents(std::u32string_view text);        ///< NFD without category Mn

struct BasicWords {
  bool lower = true, turkish = false;
  bool strip_accents = true;  ///< only where `lower`
  bool split_cjk = true, clean = true;
};
/// The normalisation alone: case, accents, control characters, spaces around ideographs.
std::string basic_text(std::string_view text, const BasicWords& options);
/// "lower accents cjk clean": the switches that are on, so that equal rules have equal names.
std::string name_of(const BasicWords& rules);
/// Words and single punctuation marks of valid UTF-8, as BERT's basic tokenizer makes them.
std::vector<std::u32string> basic_words(std::string_view text, const BasicWords& options);

}  // namespace warmstart::text
