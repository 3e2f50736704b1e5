#include "plugins/text/io/byte_pair.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "plugins/text/io/byte_level.h"
#include "plugins/text/io/merge_table.h"
#include "plugins/text/io/unicode.h"

namespace warmstart::text {
namespace {

std::uint64_t next_tokenizer() {
  static std::atomic<std::uint64_t> number{0};
  return ++number;
}

class BytePairTokenizer final : public Tokenizer {
 public:
  BytePairTokenizer(BytePairRules rules, const std::string& where)
      : rules_(std::move(rules)), merges_(rules_.merges.size()) {
    for (std::size_t rank = 0; rank < rules_.merges.size(); ++rank) {
      const auto& [first, second] = rules_.merges[rank];
      const std::int32_t a = rules_.vocabulary.find(first), b = rules_.vocabulary.find(second);
      const std::int32_t made = rules_.vocabulary.find(first + second);
      if (a < 0 || b < 0 || made < 0) {
        throw Error("merge " + std::to_string(rank + 1) + " ('" + first + "', '" + second +
                        "') is of pieces outside the vocabulary",
                    where, "the file is damaged; get it again");
      }
      merges_.add(a, b, {static_cast<std::uint32_t>(rank), made});
    }
    // The longest is found first.
    std::sort(rules_.added.begin(), rules_.added.end(), [](const auto& a, const auto& b) {
      return a.size() != b.size() ? a.size() > b.size() : a < b;
    });
    for (const std::string& added : rules_.added)
      if (!added.empty()) begins_added_[static_cast<unsigned char>(added.front())] = true;
    for (std::size_t byte = 0; byte < of_bytes_.size(); ++byte) {
      const char one = static_cast<char>(byte);
      const std::int32_t token = rules_.vocabulary.find(to_byte_characters({&one, 1}));
      of_bytes_[byte] = token >= 0 ? token : rules_.special.unknown;
    }
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

  /// Before a line end that follows a printable ASCII character: a word ends there whatever comes,
  /// unless a text's beginning is special or an added piece may lie across.
  std::size_t cut(std::string_view text, std::size_t from) const override {
    const bool across = std::any_of(rules_.added.begin(), rules_.added.end(), [](const auto& one) {
      return one.find('\n', 1) != std::string::npos;
    });
    if (rules_.prefix_space || across) return text.size();
    for (std::size_t at = text.find('\n', std::max<std::size_t>(from, 1));
         at != std::string_view::npos; at = text.find('\n', at + 1)) {
      if (text[at - 1] > ' ' && text[at - 1] < 0x7f) return at;
    }
    return text.size();
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
    if (!begins_added_[static_cast<unsigned char>(text[at])]) return nullptr;
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
    WordCache& known = own_cache();
    Tokens pieces;
    for (const std::string_view word : byte_level_words(text)) {
      if (const auto found = known.find(word)) {
        tokens.insert(tokens.end(), found->begin(), found->end());
        continue;
      }
      pieces.clear();
      join(word, pieces);
      known.keep(word, pieces);
      tokens.insert(tokens.end(), pieces.begin(), pieces.end());
    }
  }

  /// One a thread, since many encode at once; it belongs to the tokenizer used last.
  WordCache& own_cache() const {
    struct Owned {
      std::uint64_t owner = 0;
      WordCache words;
    };
    thread_local Owned cache;
    if (cache.owner != number_) cache = {number_, {}};
    return cache.words;
  }

  void join(std::string_view word, Tokens& pieces) const {
    for (const char byte : word) {
      const std::int32_t token = of_bytes_[static_cast<unsigned char>(byte)];
      if (token >= 0) pieces.push_back(token);
    }
    while (pieces.size() > 1) {
      MergeTable::Merge best{std::numeric_limits<std::uint32_t>::max(), -1};
      std::size_t place = 0;
      for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
        const MergeTable::Merge* found = merges_.find(pieces[i], pieces[i + 1]);
        if (found != nullptr && found->rank < best.rank) best = *found, place = i;
      }
      if (best.made < 0) break;
      pieces[place] = best.made;
      pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(place) + 1);
    }
  }

  BytePairRules rules_;
  MergeTable merges_;
  std::array<std::int32_t, 256> of_bytes_{};  // -1 = a byte without a piece is left out
  std::array<bool, 256> begins_added_{};
  std::uint64_t number_ = next_tokenizer();
};

}  // namespace

TokenizerPointer byte_pair(BytePairRules rules, const std::string& where) {
  return std::make_shared<BytePairTokenizer>(std::move(rules), where);
}

}  // namespace warmstart::text
