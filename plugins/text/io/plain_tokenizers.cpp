#include "plugins/text/io/plain_tokenizers.h"

#include <algorithm>
#include <map>

#include "core/base/utf8.h"
#include "plugins/text/io/unicode.h"
#include "plugins/text/io/vocabulary.h"

namespace warmstart::text {
namespace {

constexpr std::int32_t kSpecialCount = 5;

class ByteTokenizer final : public Tokenizer {
 public:
  Tokens encode(std::string_view text) const override {
    Tokens tokens;
    tokens.reserve(text.size());
    for (const char c : text) tokens.push_back(kSpecialCount + static_cast<unsigned char>(c));
    return tokens;
  }
  std::size_t cut(std::string_view text, std::size_t from) const override {
    return after_line_end(text, from);
  }
  std::string decode(std::span<const std::int32_t> tokens) const override {
    std::string text;
    for (const std::int32_t token : tokens) {
      if (token >= kSpecialCount && token < size())
        text.push_back(static_cast<char>(token - kSpecialCount));
    }
    return text;
  }
  std::int64_t size() const override { return kSpecialCount + 256; }
  std::string piece(std::int32_t token) const override {
    if (token < kSpecialCount) return kSpecialNames[token];
    return latin1_to_utf8(std::string(1, static_cast<char>(token - kSpecialCount)));
  }
  SpecialTokens special() const override { return kOwnSpecials; }
  std::string saved() const override { return ""; }
  std::string rules() const override { return "byte"; }
};

class CharacterTokenizer final : public Tokenizer {
 public:
  explicit CharacterTokenizer(Vocabulary vocabulary) : vocabulary_(std::move(vocabulary)) {}
  Tokens encode(std::string_view text) const override {
    Tokens tokens;
    tokens.reserve(text.size());
    std::string character;
    for (const char32_t point : code_points(text)) {
      character.clear();
      append_utf8(character, point);
      const std::int32_t token = vocabulary_.find(character);
      tokens.push_back(token < 0 ? kOwnSpecials.unknown : token);
    }
    return tokens;
  }
  std::size_t cut(std::string_view text, std::size_t from) const override {
    return after_line_end(text, from);
  }
  std::string decode(std::span<const std::int32_t> tokens) const override {
    std::string text;
    for (const std::int32_t token : tokens) {
      if (token >= kSpecialCount) text += vocabulary_.piece(token);
    }
    return text;
  }
  std::int64_t size() const override { return vocabulary_.size(); }
  std::string piece(std::int32_t token) const override { return vocabulary_.piece(token); }
  SpecialTokens special() const override { return kOwnSpecials; }
  std::string saved() const override { return vocabulary_.lines(); }
  std::string rules() const override { return "character"; }

 private:
  Vocabulary vocabulary_;
};

class WordTokenizer final : public Tokenizer {
 public:
  WordTokenizer(Vocabulary vocabulary, BasicWords rules)
      : vocabulary_(std::move(vocabulary)), rules_(rules) {}
  Tokens encode(std::string_view text) const override {
    Tokens tokens;
    for (const std::u32string& word : basic_words(text, rules_)) {
      const std::int32_t token = vocabulary_.find(utf8(word));
      tokens.push_back(token < 0 ? kOwnSpecials.unknown : token);
    }
    return tokens;
  }
  std::size_t cut(std::string_view text, std::size_t from) const override {
    return after_line_end(text, from);
  }
  std::string decode(std::span<const std::int32_t> tokens) const override {
    std::string text;
    for (const std::int32_t token : tokens) {
      if (token < kSpecialCount) continue;
      text += (text.empty() ? "" : " ") + vocabulary_.piece(token);
    }
    return text;
  }
  std::int64_t size() const override { return vocabulary_.size(); }
  std::string piece(std::int32_t token) const override { return vocabulary_.piece(token); }
  SpecialTokens special() const override { return kOwnSpecials; }
  std::string saved() const override { return vocabulary_.lines(); }
  std::string rules() const override { return "word " + name_of(rules_); }

 private:
  Vocabulary vocabulary_;
  BasicWords rules_;
};

}  // namespace

TokenizerPointer byte_tokenizer() { return std::make_shared<ByteTokenizer>(); }

TokenizerPointer train_characters(const std::vector<std::string>& texts, std::int64_t least) {
  std::map<char32_t, std::int64_t> counts;
  for (const std::string& text : texts) {
    for (const char32_t point : code_points(text)) ++counts[point];
  }
  std::vector<std::string> pieces;
  for (const auto& [point, count] : counts) {
    if (count >= least) pieces.push_back(utf8(std::u32string(1, point)));
  }
  return std::make_shared<CharacterTokenizer>(Vocabulary::with_specials(pieces));
}

TokenizerPointer train_words(const std::vector<std::string>& texts, std::int64_t size, bool lower) {
  const BasicWords rules{.lower = lower, .strip_accents = false};
  std::map<std::string, std::int64_t> counts;
  for (const std::string& text : texts) {
    for (const std::u32string& word : basic_words(text, rules)) ++counts[utf8(word)];
  }
  std::vector<std::pair<std::string, std::int64_t>> order(counts.begin(), counts.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> pieces;
  for (const auto& [word, count] : order) {
    if (static_cast<std::int64_t>(pieces.size()) + kSpecialCount >= size) break;
    pieces.push_back(word);
  }
  return std::make_shared<WordTokenizer>(Vocabulary::with_specials(pieces), rules);
}

}  // namespace warmstart::text
