#include "plugins/text/components/tokenizer_source.h"

namespace warmstart::text {

TokenizerPointer make_tokenizer(const Value& setting, const std::vector<std::string>& texts) {
  Problems problems("recipe");
  const ComponentSpec spec = component_spec(setting, "tokenizer", problems);
  problems.throw_if_any();
  return create<TokenizerSource>(spec)->make(texts);
}

Json tokenizer_facts(const Tokenizer& tokenizer) {
  const SpecialTokens special = tokenizer.special();
  Json facts{{"vocabulary", tokenizer.size()}, {"special_tokens", special.all()}};
  const auto name = [&](const char* key, std::int32_t token) {
    if (token >= 0) facts[key] = token;
  };
  name("pad_token", special.pad);
  name("unknown_token", special.unknown);
  name("begin_token", special.begin);
  name("end_token", special.end);
  name("mask_token", special.mask);
  return facts;
}

}  // namespace warmstart::text
