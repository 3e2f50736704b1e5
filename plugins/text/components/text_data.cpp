#include "plugins/text/components/text_data.h"

#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/base/random.h"
#include "plugins/text/components/tokenizer_source.h"
#include "plugins/text/io/encoding.h"

namespace warmstart::text {

void TextDataOptions::describe_files(Fields& fields, const std::string& root_help,
                                     const std::string& train_root_help) {
  fields.field("root", root, root_help).required();
  fields.field("train_root", train_root, train_root_help);
}

void TextDataOptions::describe_encoding(Fields& fields) {
  fields.field("encoding", encoding, "of the files; auto: UTF-8, else Latin-1")
      .one_of({"auto", "utf-8", "latin-1"});
}

void TextDataOptions::describe_part(Fields& fields) {
  fields.field("split", split, "which part: all, train or test").one_of({"all", "train", "test"});
  fields.field("test_share", test_share, "share of texts for the test").within(0, 0.9);
}

void TextDataOptions::describe_tokens(Fields& fields) {
  fields.field("length", length, "tokens of a text, special ones included; longer texts are cut")
      .at_least(4)
      .unit("tokens");
  fields.field("limit", limit, "use the first so many texts of the part; 0 = all").at_least(0);
  fields.field("tokenizer", tokenizer, "how text becomes tokens; trained on the train part")
      .component("tokenizer");
}

bool TextDataOptions::is_test(std::size_t index, const std::string& group) const {
  const std::uint64_t seed =
      group.empty() ? mix_seed(0, "text.split", index) : mix_seed(0, "text.split/" + group);
  return Random(seed).uniform() < test_share;
}

TokenizerPointer make_row_tokenizer(const Value& setting, const std::vector<std::string>& training,
                                    const std::string& where) {
  TokenizerPointer tokenizer = make_tokenizer(setting, training);
  const SpecialTokens special = tokenizer->special();
  if (special.pad >= 0 && special.begin >= 0 && special.end >= 0) return tokenizer;
  throw Error("the tokenizer lacks a padding, begin or end token", where,
              "use one with special tokens, such as text.wordpiece");
}

std::vector<Tokens> row_tokens(const Tokenizer& tokenizer, const std::vector<std::string>& texts,
                               std::int64_t length) {
  std::vector<Tokens> lists = cached_tokens(tokenizer, texts);
  for (Tokens& tokens : lists) {
    if (tokens.size() <= static_cast<std::size_t>(length)) continue;
    tokens.resize(static_cast<std::size_t>(length));
    tokens.shrink_to_fit();
  }
  return lists;
}

std::pair<Tokens, Tokens> TokenRow::fitted(Tokens first, Tokens second, bool pair,
                                           std::int64_t length) {
  const auto room = static_cast<std::size_t>(length - (pair ? 3 : 2));
  while (first.size() + second.size() > room)
    (first.size() >= second.size() ? first : second).pop_back();
  return {std::move(first), std::move(second)};
}

TokenRow::TokenRow(const SpecialTokens& special, std::int64_t length)
    : special_(special),
      length_(length),
      tokens_(static_cast<std::size_t>(length), special.pad),
      segments_(static_cast<std::size_t>(length), 0) {}

void TokenRow::put(std::int32_t token, std::int64_t segment) {
  const auto at = static_cast<std::size_t>(used_++);
  tokens_.at(at) = token;
  segments_.at(at) = segment;
}

void TokenRow::put_pair(const Tokens& first, const Tokens& second, bool pair) {
  put(special_.begin);
  for (const std::int32_t token : first) put(token);
  put(special_.end);
  for (const std::int32_t token : second) put(token, 1);
  if (pair) put(special_.end, 1);
}

void TokenRow::give(Batch& fields) const {
  at::Tensor visible = at::zeros({length_}, at::kLong);
  visible.slice(0, 0, used_).fill_(1);
  fields.set("tokens", at::tensor(tokens_, at::kLong));
  fields.set("attention_mask", visible);
  fields.set("segments", at::tensor(segments_, at::kLong));
}

}  // namespace warmstart::text
