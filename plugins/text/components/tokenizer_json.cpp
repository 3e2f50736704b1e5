// A tokenizer that comes with a published model.
#include "plugins/text/io/tokenizer_json.h"

#include "plugins/text/components/tokenizer_source.h"

namespace warmstart::text {

struct TokenizerJsonSource final : TokenizerSource {
  struct Config {
    std::string file;
    void describe(Fields& fields) {
      fields.field("file", file, "tokenizer.json with a BPE or WordPiece model").required();
    }
  };
  explicit TokenizerJsonSource(const Config& config) : config_(config) {}
  TokenizerPointer make(const std::vector<std::string>&) const override {
    return tokenizer_from_json(config_.file);
  }
  Config config_;
};

const Registered<TokenizerSource, TokenizerJsonSource> tokenizer_json_source{Card{
    .name = "tokenizer_json",
    .summary = "the tokenizer of a published model, from its tokenizer.json",
    .papers = {},
}};

}  // namespace warmstart::text
