// A tokenizer as a recipe names it: it is trained on the data set's training texts, or read from a
// file. Data sets make it from their setting `tokenizer`.
#pragma once
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/catalog/catalog.h"
#include "plugins/text/io/tokenizer.h"

namespace warmstart::text {

class TokenizerSource {
 public:
  static constexpr const char* kKind = "tokenizer";
  virtual ~TokenizerSource() = default;
  virtual TokenizerPointer make(const std::vector<std::string>& training_texts) const = 0;
};

/// Settings of a trained tokenizer: other texts than the data set's own, so that data sets share
/// it.
struct TrainingTexts {
  std::string texts;
  std::vector<std::string> fields{"text"};
  void describe(Fields& described);
  /// The texts there, or `given` where none are named.
  std::vector<std::string> instead_of(const std::vector<std::string>& given) const;
};

/// From a data set's setting. Errors as the tokenizer's.
TokenizerPointer make_tokenizer(const Value& setting, const std::vector<std::string>& texts);

/// What recipes may refer to: vocabulary, pad_token, mask_token, special_tokens; and
/// word_continuations, tokens that go on with the word before them, where the tokenizer marks
/// words.
Json tokenizer_facts(const Tokenizer& tokenizer);

}  // namespace warmstart::text
