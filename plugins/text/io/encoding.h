// Whole texts to tokens at a data set's start, on all cores. Data sets that encode their texts once
// call row_tokens (components/text_data.h) or cached_tokens.
#pragma once
#include <string>
#include <vector>

#include "plugins/text/io/tokenizer.h"

namespace warmstart::text {

/// Each text's tokens, as `tokenizer.encode` gives them, on `threads` threads (0 = one a core); a
/// long text is shared among them where the tokenizer says that it may be cut.
std::vector<Tokens> encoded(const Tokenizer& tokenizer, const std::vector<std::string>& texts,
                            unsigned threads = 0);

/// The same, read back from the cache (cache.h) where these texts were encoded before.
std::vector<Tokens> cached_tokens(const Tokenizer& tokenizer,
                                  const std::vector<std::string>& texts);

}  // namespace warmstart::text
