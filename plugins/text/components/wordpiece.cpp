// WordPiece, trained on the training texts or with a given vocab.txt.
#include "plugins/text/io/wordpiece.h"

#include "plugins/text/components/tokenizer_source.h"
#include "plugins/text/io/cache.h"

namespace warmstart::text {

struct WordPieceSource final : TokenizerSource {
  struct Config {
    std::int64_t size = 4000;
    bool lower = true;
    std::string locale, file;
    TrainingTexts training;
    void describe(Fields& fields) {
      fields.field("size", size, "tokens at most, special ones included").at_least(6);
      fields.field("lower", lower, "forget upper case and accents");
      fields.field("locale", locale, "tr: keep dotted and dotless i apart, and accents")
          .one_of({"", "tr"});
      fields.field("file", file, "a vocab.txt to use instead of training");
      training.describe(fields);
    }
  };
  explicit WordPieceSource(const Config& config) : config_(config) {}

  TokenizerPointer make(const std::vector<std::string>& given) const override {
    WordPieceRules rules;
    rules.words.lower = config_.lower;
    rules.words.turkish = config_.locale == "tr";
    rules.words.strip_accents = !rules.words.turkish;
    if (!config_.file.empty()) return wordpiece_from_file(config_.file, rules);
    const std::vector<std::string> texts = config_.training.instead_of(given);
    std::vector<std::string> key{"wordpiece", std::to_string(config_.size),
                                 config_.lower ? "lower" : "cased", config_.locale};
    key.insert(key.end(), texts.begin(), texts.end());
    const std::string lines =
        cached_bytes(key, [&] { return train_wordpiece(texts, config_.size, rules)->saved(); });
    return wordpiece_from_lines(lines, rules, "tokenizer wordpiece");
  }
  Config config_;
};

const Registered<TokenizerSource, WordPieceSource> wordpiece_source{Card{
    .name = "wordpiece",
    .summary = "words cut into known pieces, as BERT does",
    .papers = {9, 20},
}};

}  // namespace warmstart::text
