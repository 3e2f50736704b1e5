// One token a byte: no vocabulary to train, nothing unknown.
#include "plugins/text/components/tokenizer_source.h"
#include "plugins/text/io/plain_tokenizers.h"

namespace warmstart::text {

struct ByteSource final : TokenizerSource {
  struct Config {
    void describe(Fields&) {}
  };
  explicit ByteSource(const Config&) {}
  TokenizerPointer make(const std::vector<std::string>&) const override { return byte_tokenizer(); }
};

const Registered<TokenizerSource, ByteSource> byte_source{Card{
    .name = "byte",
    .summary = "one token a byte",
    .papers = {},
}};

}  // namespace warmstart::text
