#include "plugins/text/io/wordpiece.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "plugins/text/io/merge_learner.h"
#include "plugins/text/io/text_file.h"

namespace warmstart::text {
namespace {

constexpr std::size_t kLargestAlphabet = 1000;

class WordPieceTokenizer final : public Tokenizer {
 public:
  WordPieceTokenizer(Vocabulary vocabulary, WordPieceRules rules)
      : vocabulary_(std::move(vocabulary)),
        rules_(std::move(rules)),
        special_(special_tokens_by_name(
            [&](const std::string& name) { return vocabulary_.find(name); })),
        added_(rules_.added, normaliser()) {
    special_.unknown = vocabulary_.find(rules_.unknown);
    unspoken_ = {special_.pad, special_.begin, special_.end};
    for (const AddedToken& added : rules_.added) {
      const bool shown = added.token == special_.unknown || added.token == special_.mask;
      if (added.special && !shown) unspoken_.insert(added.token);
    }
  }

  Tokens encode(std::string_view text) const override {
    Tokens tokens;
    added_.each_part(text, [&](const TextPart& part) {
      if (part.token >= 0) {
        tokens.push_back(part.token);
        return;
      }
      for (const std::u32string& word : basic_words(part.text, rules_.words)) cut(word, tokens);
    });
    return tokens;
  }

  std::size_t cut(std::string_view text, std::size_t from) const override {
    return added_.hold_line_ends() ? text.size() : after_line_end(text, from);
  }

  std::string decode(std::span<const std::int32_t> tokens) const override {
    std::string text;
    for (const std::int32_t token : tokens) {
      const std::string& piece = vocabulary_.piece(token);
      if (unspoken_.contains(token)) continue;
      if (piece.starts_with(rules_.prefix)) {
        text += piece.substr(rules_.prefix.size());
      } else {
        text += (text.empty() ? "" : " ") + piece;
      }
    }
    return text;
  }

  std::int64_t size() const override { return vocabulary_.size(); }
  std::string piece(std::int32_t token) const override { return vocabulary_.piece(token); }
  SpecialTokens special() const override { return special_; }
  std::string saved() const override { return vocabulary_.lines(); }
  std::string rules() const override {
    std::string name = "wordpiece " + name_of(rules_.words) + " " +
                       std::to_string(rules_.longest_word) + "\n" + rules_.unknown + "\n" +
                       rules_.prefix;
    for (const AddedToken& added : rules_.added) {
      name += "\n" + std::to_string(added.content.size()) + ":" + added.content;
      for (const bool on : {added.single_word, added.normalized}) name += on ? " 1" : " 0";
    }
    return name;
  }

 private:
  /// Words are normalised when they are cut; only added tokens that wait for it need it before.
  AddedTokens::Normalise normaliser() const {
    const bool needed = std::any_of(rules_.added.begin(), rules_.added.end(),
                                    [](const AddedToken& added) { return added.normalized; });
    if (!needed) return {};
    return [words = rules_.words](std::string_view text) { return basic_text(text, words); };
  }

  void cut(const std::u32string& word, Tokens& tokens) const {
    if (word.size() > rules_.longest_word) {
      tokens.push_back(special_.unknown);
      return;
    }
    Tokens pieces;
    for (std::size_t start = 0; start < word.size();) {
      std::size_t end = word.size();
      std::int32_t token = -1;
      for (; end > start && token < 0; --end) {
        const std::string part = utf8(std::u32string_view(word).substr(start, end - start));
        token = vocabulary_.find(start > 0 ? rules_.prefix + part : part);
      }
      if (token < 0) {  // one piece unknown, the word is unknown
        tokens.push_back(special_.unknown);
        return;
      }
      pieces.push_back(token);
      start = end + 1;
    }
    tokens.insert(tokens.end(), pieces.begin(), pieces.end());
  }

  Vocabulary vocabulary_;
  WordPieceRules rules_;
  SpecialTokens special_;
  std::set<std::int32_t> unspoken_;  // left out of decoded text
  AddedTokens added_;
};

std::map<std::u32string, std::int64_t> count_words(const std::vector<std::string>& texts,
                                                   const BasicWords& rules) {
  std::map<std::u32string, std::int64_t> counts;
  for (const std::string& text : texts) {
    for (const std::u32string& word : basic_words(text, rules)) ++counts[word];
  }
  return counts;
}

std::set<char32_t> alphabet_of(const std::map<std::u32string, std::int64_t>& words) {
  std::map<char32_t, std::int64_t> counts;
  for (const auto& [word, count] : words) {
    for (const char32_t point : word) counts[point] += count;
  }
  std::vector<std::pair<char32_t, std::int64_t>> order(counts.begin(), counts.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  if (order.size() > kLargestAlphabet) order.resize(kLargestAlphabet);
  std::set<char32_t> alphabet;
  for (const auto& [point, count] : order) alphabet.insert(point);
  return alphabet;
}

}  // namespace

TokenizerPointer wordpiece(Vocabulary vocabulary, const WordPieceRules& rules,
                           const std::string& where) {
  if (vocabulary.find(rules.unknown) < 0) {
    throw Error("the vocabulary has no '" + rules.unknown + "'", where,
                "add it: words that cannot be cut become it");
  }
  return std::make_shared<WordPieceTokenizer>(std::move(vocabulary), rules);
}

TokenizerPointer wordpiece_from_lines(const std::string& lines, const WordPieceRules& rules,
                                      const std::string& where) {
  std::istringstream stream(lines);
  std::vector<std::string> pieces;
  for (std::string line; std::getline(stream, line);) pieces.push_back(line);
  return wordpiece({std::move(pieces), where}, rules, where);
}

TokenizerPointer wordpiece_from_file(const Path& path, const WordPieceRules& rules) {
  return wordpiece_from_lines(read_text(path, "utf-8").text, rules, path.string());
}

TokenizerPointer train_wordpiece(const std::vector<std::string>& texts, std::int64_t size,
                                 const WordPieceRules& rules) {
  const auto counts = count_words(texts, rules.words);
  const std::set<char32_t> alphabet = alphabet_of(counts);
  std::set<std::string> letters;
  std::vector<SplitWord> words;
  for (const auto& [word, count] : counts) {
    const bool known = std::all_of(word.begin(), word.end(),
                                   [&](char32_t point) { return alphabet.count(point) > 0; });
    if (!known || word.size() > rules.longest_word) continue;
    SplitWord split{{}, count};
    for (const char32_t point : word) {
      const std::string letter = utf8(std::u32string(1, point));
      split.pieces.push_back(split.pieces.empty() ? letter : rules.prefix + letter);
      letters.insert(split.pieces.back());
    }
    words.push_back(std::move(split));
  }
  std::vector<std::string> pieces(letters.begin(), letters.end());
  const std::int64_t room = size - static_cast<std::int64_t>(pieces.size()) -
                            static_cast<std::int64_t>(std::size(kSpecialNames));
  if (room < 0) {
    throw Error("a vocabulary of " + std::to_string(size) + " has no room for " +
                    std::to_string(pieces.size()) + " characters",
                "tokenizer wordpiece", "raise its size");
  }
  for (std::string& piece : learn_merges(std::move(words), room, 2, rules.prefix)) {
    pieces.push_back(std::move(piece));
  }
  return wordpiece(Vocabulary::with_specials(pieces), rules, "tokenizer wordpiece");
}

}  // namespace warmstart::text
