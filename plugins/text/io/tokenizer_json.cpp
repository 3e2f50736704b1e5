#include "plugins/text/io/tokenizer_json.h"

#include "plugins/text/io/byte_pair_json.h"
#include "plugins/text/io/tokenizer_file.h"
#include "plugins/text/io/wordpiece.h"

namespace warmstart::text {
namespace {

BasicWords bert_rules(const TokenizerFile& file) {
  const Json& normaliser = file.part(file.root(), "normalizer", "normalizer");
  if (file.text_of(normaliser, "type", "normalizer.type") != "BertNormalizer")
    file.refuse("the normalizer is not BertNormalizer", "WordPiece can be read with BERT's rules");
  const Json& cutter = file.part(file.root(), "pre_tokenizer", "pre_tokenizer");
  if (file.text_of(cutter, "type", "pre_tokenizer.type") != "BertPreTokenizer")
    file.refuse("the pre_tokenizer is not BertPreTokenizer",
                "WordPiece can be read with BERT's rules");
  const auto flag = [&](const char* key, bool fallback) {
    return file.flag(normaliser, key, fallback, std::string("normalizer.") + key);
  };
  BasicWords rules;
  rules.lower = flag("lowercase", true);
  rules.strip_accents = flag("strip_accents", rules.lower);
  rules.split_cjk = flag("handle_chinese_chars", true);
  rules.clean = flag("clean_text", true);
  if (rules.strip_accents != rules.lower)
    file.refuse("strip_accents differs from lowercase", "set them alike");
  return rules;
}

TokenizerPointer wordpiece_from_json(const TokenizerFile& file) {
  const Json& model = file.model();
  WordPieceRules rules;
  rules.words = bert_rules(file);
  rules.unknown = file.text_of(model, "unk_token", "model.unk_token");
  rules.prefix =
      file.text_of(model, "continuing_subword_prefix", "model.continuing_subword_prefix");
  if (model.contains("max_input_chars_per_word")) {
    const Json& longest = model["max_input_chars_per_word"];
    if (!longest.is_number_unsigned())
      file.refuse("model.max_input_chars_per_word is no whole number", "correct it");
    rules.longest_word = longest.get<std::size_t>();
  }
  rules.added = file.added();
  return wordpiece(file.vocabulary(), rules, file.where());
}

}  // namespace

TokenizerPointer tokenizer_from_json(const Path& path) {
  const TokenizerFile file(path);
  return file.model()["type"] == "WordPiece" ? wordpiece_from_json(file)
                                             : byte_pair_from_json(file);
}

}  // namespace warmstart::text
