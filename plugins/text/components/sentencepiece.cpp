// SentencePiece, trained on the training texts or with a given .model file.
#include "plugins/text/components/tokenizer_source.h"
#include "plugins/text/io/cache.h"
#include "plugins/text/io/sentencepiece_tokenizer.h"

namespace warmstart::text {

struct SentencePieceSource final : TokenizerSource {
  struct Config {
    std::int64_t size = 4000;
    std::string model = "bpe", file;
    TrainingTexts training;
    void describe(Fields& fields) {
      fields.field("size", size, "tokens at most, special ones included").at_least(6);
      fields.field("model", model, "byte-pair merges, or pieces by their probability")
          .one_of({"bpe", "unigram"});
      fields.field("file", file, "a .model file to use instead of training");
      training.describe(fields);
    }
  };
  explicit SentencePieceSource(const Config& config) : config_(config) {}

  TokenizerPointer make(const std::vector<std::string>& given) const override {
    if (!config_.file.empty()) return sentencepiece_from_file(config_.file);
    const std::vector<std::string> texts = config_.training.instead_of(given);
    std::vector<std::string> key{"sentencepiece", config_.model, std::to_string(config_.size)};
    key.insert(key.end(), texts.begin(), texts.end());
    const std::string model = cached_bytes(
        key, [&] { return train_sentencepiece(texts, config_.size, config_.model)->saved(); });
    return warmstart::text::sentencepiece(model, "tokenizer sentencepiece");
  }
  Config config_;
};

const Registered<TokenizerSource, SentencePieceSource> sentencepiece_source{Card{
    .name = "sentencepiece",
    .summary = "byte-pair or unigram pieces of raw text",
    .papers = {28},
}};

}  // namespace warmstart::text
