#include "plugins/text/io/token_weights.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/utf8.h"

namespace warmstart::text {
namespace {

/// Characters of a piece without the mark that it continues a word.
std::size_t letters_of(const std::string& piece) {
  const bool inner = piece.starts_with("##") && piece.size() > 2;
  return code_points(inner ? std::string_view(piece).substr(2) : std::string_view(piece)).size();
}

std::map<std::int32_t, std::int64_t> counts_of(const Tokens& document) {
  std::map<std::int32_t, std::int64_t> counts;
  for (const std::int32_t token : document) ++counts[token];
  return counts;
}

bool is_special(const Tokenizer& tokenizer, std::int32_t token) {
  const std::vector<std::int64_t> special = tokenizer.special().all();
  return std::find(special.begin(), special.end(), token) != special.end();
}

}  // namespace

TokenWeights tfidf_weights(const std::vector<Tokens>& documents, const Tokenizer& tokenizer,
                           std::int64_t top) {
  const auto size = static_cast<std::size_t>(tokenizer.size());
  std::vector<double> shares(size, 0), holders(size, 0);
  for (const Tokens& document : documents) {
    for (const auto& [token, count] : counts_of(document)) {
      const auto at = static_cast<std::size_t>(token);
      shares[at] += static_cast<double>(count) / static_cast<double>(document.size());
      holders[at] += 1;
    }
  }
  std::vector<std::pair<double, std::int64_t>> scores;
  for (std::size_t i = 0; i < size; ++i) {
    const auto token = static_cast<std::int32_t>(i);
    if (holders[i] == 0 || is_special(tokenizer, token) || letters_of(tokenizer.piece(token)) < 2)
      continue;
    const double idf = std::log(static_cast<double>(documents.size()) / (1 + holders[i]));
    const double score = shares[i] / holders[i] * idf;
    if (score > 0) scores.emplace_back(-score, token);
  }
  std::sort(scores.begin(), scores.end());
  if (static_cast<std::int64_t>(scores.size()) > top) scores.resize(static_cast<std::size_t>(top));
  TokenWeights table;
  for (const auto& [score, token] : scores) {
    table.tokens.push_back(token);
    table.weights.push_back(-score);
  }
  return table;
}

TokenWeights unigram_weights(const std::vector<Tokens>& documents, const Tokenizer& tokenizer) {
  std::map<std::int32_t, std::int64_t> counts;
  for (const Tokens& document : documents) {
    for (const std::int32_t token : document) ++counts[token];
  }
  TokenWeights table;
  for (const auto& [token, count] : counts) {
    if (is_special(tokenizer, token)) continue;
    table.tokens.push_back(token);
    table.weights.push_back(static_cast<double>(count));
  }
  return table;
}

}  // namespace warmstart::text
