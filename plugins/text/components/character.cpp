// One token a character of the training texts.
#include "plugins/text/components/tokenizer_source.h"
#include "plugins/text/io/plain_tokenizers.h"

namespace warmstart::text {

struct CharacterSource final : TokenizerSource {
  struct Config {
    std::int64_t least = 1;
    void describe(Fields& fields) {
      fields.field("least", least, "how often a character must occur to get a token").at_least(1);
    }
  };
  explicit CharacterSource(const Config& config) : config_(config) {}
  TokenizerPointer make(const std::vector<std::string>& texts) const override {
    return train_characters(texts, config_.least);
  }
  Config config_;
};

const Registered<TokenizerSource, CharacterSource> character_source{Card{
    .name = "character",
    .summary = "one token a character",
    .papers = {72},
}};

}  // namespace warmstart::text
