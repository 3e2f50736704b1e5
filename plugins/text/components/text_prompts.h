// What a language model's data sets of running text have in common: reading a user's prompts and
// writing down what follows them. text.corpus and text.stream derive from it.
#pragma once
#include <string>
#include <vector>

#include "core/data/prompts.h"
#include "plugins/text/io/labelled_texts.h"
#include "plugins/text/io/tokenizer.h"

namespace warmstart::text {

class TextPrompts : public Prompts {
 public:
  std::int64_t prompts() const override { return static_cast<std::int64_t>(prompts_.size()); }
  std::vector<std::int64_t> prompt(std::int64_t index) const override;
  /// The names of added tokens in a text (<extra_0>, [S2S]) stand for those tokens.
  std::vector<std::int64_t> tokens_of(const std::string& text) const override;
  std::string text_of(const std::vector<std::int64_t>& tokens) const override;
  std::int64_t end_token() const override { return tokenizer_->special().end; }
  /// generated.jsonl and generated.txt.
  std::vector<std::filesystem::path> save_continuation(
      std::int64_t index, const std::vector<std::int64_t>& tokens,
      const std::filesystem::path& folder) const override;

 protected:
  /// Lines, or JSON lines with `field`.
  void read_prompts(const std::vector<std::string>& paths, const std::string& field,
                    const std::string& encoding);
  std::string name_of_token(std::int64_t token) const;

  TokenizerPointer tokenizer_;
  std::vector<std::string> added_;  ///< tokens behind the tokenizer's own, in order

 private:
  std::int64_t added_token_at(const std::string& text, std::size_t at) const;
  std::vector<LabelledText> prompts_;
};

}  // namespace warmstart::text
