#include "plugins/text/io/vocabulary.h"

#include <initializer_list>

#include "core/base/error.h"

namespace warmstart::text {

std::vector<std::int64_t> SpecialTokens::all() const {
  std::vector<std::int64_t> numbers;
  for (const std::int32_t token : {pad, unknown, begin, end, mask}) {
    if (token >= 0) numbers.push_back(token);
  }
  return numbers;
}

SpecialTokens special_tokens_by_name(const std::function<std::int32_t(const std::string&)>& find) {
  const auto first_of = [&](std::initializer_list<const char*> names) {
    for (const char* name : names) {
      if (const std::int32_t token = find(name); token >= 0) return token;
    }
    return std::int32_t{-1};
  };
  // What stands between documents comes before what stands around the turns of a chat.
  return {
      .pad = first_of({"[PAD]", "<pad>"}),
      .unknown = first_of({"[UNK]", "<unk>"}),
      .begin =
          first_of({"[CLS]", "<s>", "<|begin_of_text|>", "<bos>", "<|endoftext|>", "<|im_start|>"}),
      .end = first_of({"[SEP]", "</s>", "<|end_of_text|>", "<eos>", "<|endoftext|>", "<|im_end|>"}),
      .mask = first_of({"[MASK]", "<mask>"})};
}

Vocabulary::Vocabulary(std::vector<std::string> pieces, const std::string& where)
    : pieces_(std::move(pieces)) {
  if (pieces_.size() > kLargestVocabulary) {
    throw Error("a vocabulary of " + std::to_string(pieces_.size()) + " pieces", where,
                "give one of at most " + std::to_string(kLargestVocabulary));
  }
  numbers_.reserve(pieces_.size());
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    if (numbers_.emplace(pieces_[i], static_cast<std::int32_t>(i)).second) continue;
    throw Error("the piece '" + pieces_[i] + "' stands twice", where, "remove one of them");
  }
}

Vocabulary Vocabulary::with_specials(const std::vector<std::string>& pieces) {
  std::vector<std::string> all(std::begin(kSpecialNames), std::end(kSpecialNames));
  all.insert(all.end(), pieces.begin(), pieces.end());
  return {std::move(all), "vocabulary"};
}

std::int32_t Vocabulary::find(const std::string& piece) const {
  const auto found = numbers_.find(piece);
  return found == numbers_.end() ? -1 : found->second;
}

const std::string& Vocabulary::piece(std::int32_t token) const {
  if (token < 0 || token >= size()) {
    throw Error("token " + std::to_string(token) + " is outside the vocabulary of " +
                    std::to_string(size()),
                "", "decode with the tokenizer that made the tokens");
  }
  return pieces_[static_cast<std::size_t>(token)];
}

std::string Vocabulary::lines() const {
  std::string text;
  for (const std::string& piece : pieces_) text += piece + "\n";
  return text;
}

}  // namespace warmstart::text
