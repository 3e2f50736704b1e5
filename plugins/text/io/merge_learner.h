// Learns which neighbouring pieces to join (byte-pair encoding, Sennrich et al. 2016): the most
// frequent pair becomes a piece, again and again. The WordPiece trainer uses it.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace warmstart::text {

struct SplitWord {
  std::vector<std::string> pieces;
  std::int64_t count = 1;
};

/// The pieces made by joining, in order, at most `merges`; pairs seen fewer than `least` times are
/// left. A joined piece drops the `prefix` of its second part. Ties go to the pair that sorts
/// first, so that equal texts give equal vocabularies.
std::vector<std::string> learn_merges(std::vector<SplitWord> words, std::int64_t merges,
                                      std::int64_t least, const std::string& prefix);

}  // namespace warmstart::text
