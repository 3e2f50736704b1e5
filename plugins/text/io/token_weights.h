// Which tokens tell documents apart, and how often each occurs: what masked positions may be
// replaced with (seed card 20).
#pragma once
#include <string>
#include <vector>

#include "plugins/text/io/tokenizer.h"

namespace warmstart::text {

struct TokenWeights {
  std::vector<std::int64_t> tokens;
  std::vector<double> weights;  ///< above 0, in the order of the tokens
};

/// The `top` tokens by mean over the documents that hold them of tf * idf, with tf the token's
/// share of the document and idf = log(N / (1 + documents that hold it)); highest first, equal ones
/// by number. Left out: special tokens, pieces of one character, tokens whose score is not above 0.
TokenWeights tfidf_weights(const std::vector<Tokens>& documents, const Tokenizer& tokenizer,
                           std::int64_t top);

/// Every token that occurs, special ones left out, with the number of its occurrences.
TokenWeights unigram_weights(const std::vector<Tokens>& documents, const Tokenizer& tokenizer);

}  // namespace warmstart::text
