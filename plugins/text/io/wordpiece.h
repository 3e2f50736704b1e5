// WordPiece (Wu et al. 2016) as BERT uses it: words are cut into the longest known pieces from the
// left, pieces inside a word begin with "##".
#pragma once
#include <string>
#include <vector>

#include "core/base/files.h"
#include "plugins/text/io/added_tokens.h"
#include "plugins/text/io/tokenizer.h"
#include "plugins/text/io/unicode.h"
#include "plugins/text/io/vocabulary.h"

namespace warmstart::text {

struct WordPieceRules {
  BasicWords words;
  std::string unknown = "[UNK]", prefix = "##";
  std::size_t longest_word = 100;   ///< characters; longer ones are unknown
  std::vector<AddedToken> added{};  ///< found in the text and kept whole
};

/// Error naming `where` when the unknown token is missing.
TokenizerPointer wordpiece(Vocabulary vocabulary, const WordPieceRules& rules,
                           const std::string& where);

/// BERT's vocab.txt: a piece a line.
TokenizerPointer wordpiece_from_lines(const std::string& lines, const WordPieceRules& rules,
                                      const std::string& where);
TokenizerPointer wordpiece_from_file(const Path& vocabulary, const WordPieceRules& rules);

/// The special tokens, every character (the most frequent 1,000, alone and inside a word), then
/// joined pieces up to `size`.
TokenizerPointer train_wordpiece(const std::vector<std::string>& texts, std::int64_t size,
                                 const WordPieceRules& rules);

}  // namespace warmstart::text
