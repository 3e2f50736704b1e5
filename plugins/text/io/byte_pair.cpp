#include "plugins/text/io/byte_pair.h"

#include <algorithm>
#include <array>
#include <atomic>

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "plugins/text/io/marked_pieces.h"
#include "plugins/text/io/merge_table.h"
#include "plugins/text/io/unicode.h"

namespace warmstart::text {
namespace {

std::uint64_t next_tokenizer() {
  static std::atomic<std::uint64_t> number{0};
  return ++number;
}

AddedTokens::Normalise normaliser_of(const BytePairRules& rules) {
  const bool compose = rules.compose, prepend = rules.prepend_mark, mark = rules.mark_spaces;
  if (!compose && !prepend && !mark) return {};
  return [=](std::string_view text) {
    std::string normal = mark ? with_marks(text) : std::string(text);
    if (compose) normal = utf8(canonical_composition(code_points(normal)));
    if (prepend && !normal.empty()) normal.insert(0, kSpaceMark);
    return normal;
  };
}

class BytePairTokenizer final : public Tokenizer {
 public:
  BytePairTokenizer(BytePairRules rules, const std::string& where)
      : rules_(std::move(rules)),
        merges_(rules_.merges.size()),
        added_(rules_.added, normaliser_of(rules_)),
        space_(rules_.marked ? kSpaceMark : std::string_view(" ")),
        kinds_(static_cast<std::size_t>(rules_.vocabulary.size()), Kind::kPiece) {
    add_merges(where);
    for (const AddedToken& added : rules_.added) {
      if (added.token >= 0 && added.token < size())
        kinds_[static_cast<std::size_t>(added.token)] =
            added.special ? Kind::kSpecial : Kind::kText;
    }
    for (std::size_t byte = 0; byte < of_bytes_.size(); ++byte) add_byte(byte, where);
  }

  Tokens encode(std::string_view text) const override {
    Tokens tokens;
    added_.each_part(text, [&](const TextPart& part) {
      if (part.token >= 0) {
        tokens.push_back(part.token);
      } else {
        encode_plain(part, tokens);
      }
    });
    return tokens;
  }

  /// Before a line end that follows a letter or digit of ASCII (or any of its marks, for GPT-2's
  /// words): a word ends there whatever comes, unless a part's beginning is special or an added
  /// token may lie across.
  std::size_t cut(std::string_view text, std::size_t from) const override {
    const bool across = added_.hold_line_ends() || added_.take_spaces_behind();
    if (rules_.marked || rules_.prefix != PrefixSpace::kNever || across) return text.size();
    for (std::size_t at = text.find('\n', std::max<std::size_t>(from, 1));
         at != std::string_view::npos; at = text.find('\n', at + 1)) {
      if (ends_word(text[at - 1])) return at;
    }
    return text.size();
  }

  std::string decode(std::span<const std::int32_t> tokens) const override {
    return rules_.marked ? decode_marked(tokens) : decode_bytes(tokens);
  }

  std::int64_t size() const override { return rules_.vocabulary.size(); }
  std::string piece(std::int32_t token) const override { return rules_.vocabulary.piece(token); }
  SpecialTokens special() const override { return rules_.special; }
  std::string saved() const override { return rules_.saved; }
  std::string rules() const override { return "byte_pair"; }  // the file has them all

 private:
  /// kText: an added token that decoding writes as it stands. kByte: of byte_fallback.
  enum class Kind : std::uint8_t { kPiece, kSpecial, kText, kByte };

  void add_merges(const std::string& where) {
    bool across_words = false;
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
      if (second.starts_with(kSpaceMark) && !first.ends_with(kSpaceMark)) across_words = true;
    }
    words_apart_ = !across_words && !rules_.whole_words &&
                   rules_.vocabulary.find(std::string(kSpaceMark)) >= 0;
  }

  void add_byte(std::size_t byte, const std::string& where) {
    const char one = static_cast<char>(byte);
    if (!rules_.marked) {
      of_bytes_[byte] = rules_.vocabulary.find(to_byte_characters({&one, 1}));
    } else if (rules_.byte_fallback) {
      const std::string piece = byte_piece(static_cast<unsigned char>(byte));
      of_bytes_[byte] = rules_.vocabulary.find(piece);
      if (of_bytes_[byte] < 0) {
        throw Error("byte_fallback is on, and the piece '" + piece + "' is missing", where,
                    "give a vocabulary with all of <0x00> to <0xFF>");
      }
      kinds_[static_cast<std::size_t>(of_bytes_[byte])] = Kind::kByte;
    }
  }

  bool ends_word(char byte) const {
    const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    if (letter || (byte >= '0' && byte <= '9')) return true;
    return rules_.pattern == WordPattern::kGpt2 && byte > ' ' && byte < 0x7f;
  }

  void encode_plain(const TextPart& part, Tokens& tokens) const {
    std::string text = rules_.marked ? with_marks(part.text) : std::string(part.text);
    const bool prefixed = rules_.prefix == PrefixSpace::kEveryPart ||
                          (rules_.prefix == PrefixSpace::kFirstPart && part.first);
    if (prefixed && !text.starts_with(space_)) text.insert(0, space_);
    WordCache& known = own_cache();
    Tokens pieces;
    for (const std::string_view word : words(text)) {
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

  /// Where no merge lies across the beginning of a mark, words alone give what the whole gives.
  std::vector<std::string_view> words(std::string_view text) const {
    if (!rules_.marked) return byte_level_words(text, rules_.pattern);
    if (rules_.split_at_marks || words_apart_)
      return words_at_marks(text, /*each=*/rules_.split_at_marks);
    return {text};
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
    if (rules_.whole_words) {
      const std::int32_t whole =
          rules_.vocabulary.find(rules_.marked ? std::string(word) : to_byte_characters(word));
      if (whole >= 0) {
        pieces.push_back(whole);
        return;
      }
    }
    if (rules_.marked) {
      spell_characters(word, pieces);
    } else {
      bool after_unknown = false;
      for (const char byte : word)
        put(of_bytes_[static_cast<unsigned char>(byte)], after_unknown, pieces);
    }
    join_pieces(merges_, pieces);
  }

  void spell_characters(std::string_view word, Tokens& pieces) const {
    bool after_unknown = false;
    for (std::size_t at = 0; at < word.size();) {
      std::size_t end = at + 1;
      while (end < word.size() && (static_cast<unsigned char>(word[end]) & 0xc0U) == 0x80) ++end;
      const std::string character(word.substr(at, end - at));
      const std::int32_t token = rules_.vocabulary.find(character);
      if (token < 0 && rules_.byte_fallback) {
        for (const char byte : character)
          put(of_bytes_[static_cast<unsigned char>(byte)], after_unknown, pieces);
      } else {
        put(token, after_unknown, pieces);
      }
      at = end;
    }
  }

  void put(std::int32_t token, bool& after_unknown, Tokens& pieces) const {
    const bool unknown = token < 0, fused = after_unknown && rules_.fuse_unknown;
    if (!unknown) {
      pieces.push_back(token);
    } else if (rules_.unknown >= 0 && !fused) {
      pieces.push_back(rules_.unknown);
    }
    after_unknown = unknown;
  }

  Kind kind_of(std::int32_t token) const {
    piece(token);  // checks the range
    return kinds_[static_cast<std::size_t>(token)];
  }

  std::string decode_bytes(std::span<const std::int32_t> tokens) const {
    std::string bytes;
    for (const std::int32_t token : tokens) {
      const Kind kind = kind_of(token);
      if (kind == Kind::kPiece) bytes += from_byte_characters(piece(token));
      if (kind == Kind::kText) bytes += piece(token);
    }
    return first_invalid_utf8(bytes) == std::string::npos ? bytes : utf8(code_points(bytes));
  }

  std::string decode_marked(std::span<const std::int32_t> tokens) const {
    MarkedText text;
    for (const std::int32_t token : tokens) {
      const Kind kind = kind_of(token);
      if (kind == Kind::kByte) {
        const auto place = std::find(of_bytes_.begin(), of_bytes_.end(), token);
        text.add_byte(static_cast<unsigned char>(place - of_bytes_.begin()));
      } else if (kind != Kind::kSpecial) {
        text.add(piece(token));
      }
    }
    return text.take(rules_.leading_spaces);
  }

  BytePairRules rules_;
  MergeTable merges_;
  AddedTokens added_;
  std::string_view space_;
  std::vector<Kind> kinds_;
  bool words_apart_ = false;
  std::array<std::int32_t, 256> of_bytes_{};  // -1 = a byte without a piece
  std::uint64_t number_ = next_tokenizer();
};

}  // namespace

TokenizerPointer byte_pair(BytePairRules rules, const std::string& where) {
  return std::make_shared<BytePairTokenizer>(std::move(rules), where);
}

}  // namespace warmstart::text
