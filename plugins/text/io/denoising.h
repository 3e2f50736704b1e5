// Span corruption (Raffel et al. 2020) and its kin of UL2 (Tay et al. 2022): a text becomes an
// input with holes and a target that fills them.
#pragma once
#include <cstdint>
#include <vector>

#include "core/base/random.h"

namespace warmstart::text {

/// A run of tokens, [first, first + count).
struct TokenSpan {
  std::int64_t first = 0, count = 0;
};

/// round(rate * length) tokens, at least one and not all, in round(tokens / mean_span) spans, at
/// least one: both the spans and the gaps before them are a random cut of their sum into parts of
/// one or more (T5's random segmentation). No two spans touch.
std::vector<TokenSpan> random_spans(std::int64_t length, double mean_span, double rate,
                                    Random& random);
/// Spans that random_spans would make.
std::int64_t span_count(std::int64_t length, double mean_span, double rate);

struct DenoisingTokens {
  std::int64_t end = 0;
  std::vector<std::int64_t> sentinels;  ///< <extra_0>, <extra_1>, ...
};

struct DenoisingPair {
  std::vector<std::int64_t> input, target;
};

/// Input: the text with the k-th span replaced by <extra_k>, then `end`. Target: <extra_0>, the
/// first span, <extra_1>, ..., `end`. Error when there are more spans than sentinels.
DenoisingPair corrupt_spans(const std::vector<std::int64_t>& tokens,
                            const std::vector<TokenSpan>& spans, const DenoisingTokens& special);

}  // namespace warmstart::text
