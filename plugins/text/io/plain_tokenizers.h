// The three tokenizers that need no rules: bytes, characters, words. The special tokens come first.
#pragma once
#include <string>
#include <vector>

#include "plugins/text/io/tokenizer.h"

namespace warmstart::text {

/// One token a byte: 5 special tokens and 256 bytes.
TokenizerPointer byte_tokenizer();

/// One token a character that `texts` hold at least `least` times; others are unknown.
TokenizerPointer train_characters(const std::vector<std::string>& texts, std::int64_t least = 1);

/// One token a word or punctuation mark: the `size` most frequent, special tokens included.
TokenizerPointer train_words(const std::vector<std::string>& texts, std::int64_t size, bool lower);

}  // namespace warmstart::text
