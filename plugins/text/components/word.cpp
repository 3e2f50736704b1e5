// One token a word: the most frequent of the training texts.
#include "plugins/text/components/tokenizer_source.h"
#include "plugins/text/io/plain_tokenizers.h"

namespace warmstart::text {

struct WordSource final : TokenizerSource {
  struct Config {
    std::int64_t size = 6000;
    bool lower = true;
    TrainingTexts training;
    void describe(Fields& fields) {
      fields.field("size", size, "tokens at most, special ones included").at_least(6);
      fields.field("lower", lower, "forget upper case");
      training.describe(fields);
    }
  };
  explicit WordSource(const Config& config) : config_(config) {}
  TokenizerPointer make(const std::vector<std::string>& texts) const override {
    return train_words(config_.training.instead_of(texts), config_.size, config_.lower);
  }
  Config config_;
};

const Registered<TokenizerSource, WordSource> word_source{Card{
    .name = "word",
    .summary = "one token a word or punctuation mark",
    .papers = {20},
}};

}  // namespace warmstart::text
