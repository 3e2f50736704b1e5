#include "plugins/text/io/byte_pair.h"

#include <algorithm>
#include <limits>

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "plugins/text/io/byte_level.h"
#include "plugins/text/io/unicode.h"

namespace warmstart::text {
namespace {

struct Merge {
  std::size_t rank;
  std::int32_t made;
};

class BytePairTokenizer final : public Tokenizer {
 public:
  BytePairTokenizer(BytePairRules rules, const std::string& where) : rules_(std::move(rules)) {
    for (std::size_t rank = 0; rank < rules_.merges.size(); ++rank) {
      const auto& [first, second] = rules_.merges[rank];
      const std::int32_t a = rules_.vocabulary.find(first), b = rules_.vocabulary.find(second);
      const std::int32_t made = rules_.vocabulary.find(first + second);
      if (a < 0 || b < 0 || made < 0) {
        throw Error("merge " + std::to_string(rank + 1) + " ('" + first + "', '" + second +
                        "') is of pieces outside the vocabulary",
                    where, "the file is damaged; get it again");
      }
      merges_.emplace(std::pair{a, b}, Merge{rank, made});
    }
    // The longest is found first.
    std::sort(rules_.added.begin(), rules_.added.end(), [](const auto& a, const auto& b) {
      return a.size() != b.size() ? a.size() > b.size() : a < b;
    });
  }

  Tokens encode(std::string_view text) const override {
    Tokens tokens;
    std::size_t plain = 0;
    for (std::size_t at = 0; at < text.size();) {
      const std::string* added = added_at(text, at);
      if (added == nullptr) {
        ++at;
        continue;
      }
      encode_plain(text.substr(plain, at - plain), tokens);
      tokens.push_back(rules_.vocabulary.find(*added));
      at += added->size();
      plain = at;
    }
    encode_plain(text.substr(plain), tokens);
    return tokens;
  }

  std::string decode(std::span<const std::int32_t> tokens) const override {
    std::string bytes;
    for (const std::int32_t token : tokens) {
      const std::string& piece = rules_.vocabulary.piece(token);
      const bool added =
          std::find(rules_.added.begin(), rules_.added.end(), piece) != rules_.added.end();
      if (!added) bytes += from_byte_characters(piece);
    }
    return first_invalid_utf8(bytes) == std::string::npos ? bytes : utf8(code_points(bytes));
  }

  std::int64_t size() const override { return rules_.vocabulary.size(); }
  std::string piece(std::int32_t token) const override { return rules_.vocabulary.piece(token); }
  SpecialTokens special() const override { return rules_.special; }
  std::string saved() const override { return rules_.saved; }
  std::string rules() const override { return "byte_pair"; }  // the file has them all

 private:
  const std::string* added_at(std::string_view text, std::size_t at) const {
    for (const std::string& piece : rules_.added) {
      if (text.substr(at).starts_with(piece)) return &piece;
    }
    return nullptr;
  }

  void encode_plain(std::string_view part, Tokens& tokens) const {
    if (part.empty()) return;
    std::string text(part);
    if (rules_.compose) text = utf8(canonical_composition(code_points(text)));
    if (rules_.prefix_space && text.front() != ' ') text.insert(0, 1, ' ');
    for (const std::string& word : byte_level_words(text)) join(word, tokens);
  }

  void join(const std::string& word, Tokens& tokens) const {
    Tokens pieces;
    for (const char byte : word) {
      const std::int32_t token =
          rules_.vocabulary.find(to_byte_characters(std::string_view(&byte, 1)));
      if (token >= 0) {
        pieces.push_back(token);
      } else if (rules_.special.unknown >= 0) {
        pieces.push_back(rules_.special.unknown);
      }
    }
    while (pieces.size() > 1) {
      std::size_t best = std::numeric_limits<std::size_t>::max(), place = 0;
      std::int32_t made = -1;
      for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
        const auto found = merges_.find({pieces[i], pieces[i + 1]});
        if (found == merges_.end() || found->second.rank >= best) continue;
        best = found->second.rank;
        made = found->second.made;
        place = i;
      }
      if (made < 0) break;
      pieces[place] = made;
      pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(place) + 1);
    }
    tokens.insert(tokens.end(), pieces.begin(), pieces.end());
  }

  BytePairRules rules_;
  std::map<std::pair<std::int32_t, std::int32_t>, Merge> merges_;
};

}  // namespace

TokenizerPointer byte_pair(BytePairRules rules, const std::string& where) {
  return std::make_shared<BytePairTokenizer>(std::move(rules), where);
}

}  // namespace warmstart::text
