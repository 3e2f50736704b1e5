// What the data sets of single texts and pairs share: where they lie, which part of them is the
// test, and a text's tokens as a row of fixed length.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/data/batch.h"
#include "plugins/text/io/tokenizer.h"

namespace warmstart::text {

/// Settings that a data set puts beside its own.
struct TextDataOptions {
  std::string root, train_root, encoding = "auto", split = "all";
  double test_share = 0.2;
  std::int64_t length = 64, limit = 0;
  Value tokenizer = Value::scalar("text.wordpiece");
  void describe_files(Fields& fields, const std::string& root_help,
                      const std::string& train_root_help);
  void describe_encoding(Fields& fields);
  void describe_part(Fields& fields);
  void describe_tokens(Fields& fields);

  /// A text's part is a function of its place alone, or of its group where it has one: the same in
  /// every data entry.
  bool is_test(std::size_t index, const std::string& group = "") const;
  /// The tokenizer sees all of another file, but of a file that is split only the train part.
  bool hides_test() const { return train_root.empty() && split != "all"; }
  /// Cuts a list of texts to `limit`.
  template <class Text>
  void cut(std::vector<Text>& texts) const {
    if (limit > 0 && static_cast<std::size_t>(limit) < texts.size())
      texts.erase(texts.begin() + limit, texts.end());
  }
};

/// The tokenizer that the setting names. Error unless it has padding, begin and end tokens;
/// `where`: the data set's name.
TokenizerPointer make_row_tokenizer(const Value& setting, const std::vector<std::string>& training,
                                    const std::string& where);

/// Each text's tokens, no more than a row of `length` can hold: made at a data set's start on all
/// cores, or read from the cache, and kept.
std::vector<Tokens> row_tokens(const Tokenizer& tokenizer, const std::vector<std::string>& texts,
                               std::int64_t length);

/// Texts of a fixed number of tokens: [CLS] text [SEP], or [CLS] text [SEP] second [SEP] with the
/// longer one cut at its end; then padding.
class TokenRow {
 public:
  /// (first, second) that fit into `length`; a pair has three special tokens, a text two.
  static std::pair<Tokens, Tokens> fitted(Tokens first, Tokens second, bool pair,
                                          std::int64_t length);
  TokenRow(const SpecialTokens& special, std::int64_t length);
  void put(std::int32_t token, std::int64_t segment = 0);
  void put_pair(const Tokens& first, const Tokens& second, bool pair);
  std::int64_t used() const { return used_; }
  /// Sets tokens, attention_mask and segments, each (T) int64.
  void give(Batch& fields) const;

 private:
  SpecialTokens special_;
  std::int64_t length_, used_ = 0;
  std::vector<std::int64_t> tokens_, segments_;
};

}  // namespace warmstart::text
