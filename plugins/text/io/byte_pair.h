// Byte-pair encoding with given merges: byte-level as GPT-2 and its descendants use it, or with
// marks for spaces as LLaMA does.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "plugins/text/io/added_tokens.h"
#include "plugins/text/io/byte_level.h"
#include "plugins/text/io/tokenizer.h"
#include "plugins/text/io/vocabulary.h"

namespace warmstart::text {

/// What gets a space before it unless it begins with one; text between added tokens is a part.
enum class PrefixSpace : std::uint8_t { kNever, kFirstPart, kEveryPart };

struct BytePairRules {
  Vocabulary vocabulary;
  std::vector<std::pair<std::string, std::string>> merges;  ///< most important first
  std::vector<AddedToken> added;
  bool marked = false;  ///< characters, with U+2581 for a space; else bytes in words of `pattern`
  WordPattern pattern = WordPattern::kGpt2;
  PrefixSpace prefix = PrefixSpace::kNever;
  bool split_at_marks = false;  ///< marked: pieces do not lie across the beginning of a mark
  bool compose = false;         ///< normalisation: NFC
  bool prepend_mark = false;    ///< normalisation: U+2581 before every part
  bool mark_spaces = false;     ///< normalisation: spaces as U+2581
  bool byte_fallback = false;   ///< marked: a character without a piece becomes those of its bytes
  bool fuse_unknown = false;    ///< neighbouring unknown characters become one token
  bool whole_words = false;     ///< a word in the vocabulary is one piece, whatever the merges say
  std::int32_t unknown = -1;    ///< for a character without a piece; -1 = it is left out
  std::size_t leading_spaces = 0;  ///< marked: dropped from decoded text, at most
  SpecialTokens special;
  std::string saved;  ///< content of the file
};

/// Error naming `where` when a merge is of pieces that the vocabulary lacks, or a byte's piece is
/// missing with byte_fallback.
TokenizerPointer byte_pair(BytePairRules rules, const std::string& where);

}  // namespace warmstart::text
