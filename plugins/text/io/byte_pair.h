// Byte-level byte-pair encoding with given merges, as GPT-2 and its descendants use it.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "plugins/text/io/tokenizer.h"
#include "plugins/text/io/vocabulary.h"

namespace warmstart::text {

struct BytePairRules {
  Vocabulary vocabulary;
  std::vector<std::pair<std::string, std::string>> merges;  ///< most important first
  std::vector<std::string> added;  ///< pieces that are found in the text before it is cut
  bool prefix_space = false;       ///< a text that begins without a space gets one
  bool compose = false;            ///< NFC before anything else
  SpecialTokens special;
  std::string saved;  ///< content of the file
};

/// Error naming `where` when a merge is of pieces that the vocabulary lacks. A byte without a piece
/// becomes the unknown token, or nothing where there is none.
TokenizerPointer byte_pair(BytePairRules rules, const std::string& where);

}  // namespace warmstart::text
