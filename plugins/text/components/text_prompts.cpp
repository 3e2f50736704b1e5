#include "plugins/text/components/text_prompts.h"

#include "core/base/files.h"
#include "core/base/json.h"
#include "core/base/utf8.h"
#include "core/data/prediction_table.h"

namespace warmstart::text {

void TextPrompts::read_prompts(const std::vector<std::string>& paths, const std::string& field,
                               const std::string& encoding) {
  prompts_ = read_new_texts(paths, {.text = {field}, .encoding = encoding});
}

std::string TextPrompts::name_of_token(std::int64_t token) const {
  const std::int64_t added = token - tokenizer_->size();
  return added < 0 ? tokenizer_->piece(static_cast<std::int32_t>(token))
                   : added_.at(static_cast<std::size_t>(added));
}

std::vector<std::int64_t> TextPrompts::prompt(std::int64_t index) const {
  return tokens_of(prompts_.at(static_cast<std::size_t>(index)).text);
}

std::vector<std::int64_t> TextPrompts::tokens_of(const std::string& text) const {
  std::vector<std::int64_t> tokens;
  const auto add = [&](std::string_view part) {
    const Tokens own = tokenizer_->encode(part);
    tokens.insert(tokens.end(), own.begin(), own.end());
  };
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::int64_t added = added_token_at(text, at);
    if (added < 0) {
      ++at;
      continue;
    }
    add(std::string_view(text).substr(begin, at - begin));
    tokens.push_back(added);
    begin = at += name_of_token(added).size();
  }
  add(std::string_view(text).substr(begin));
  return tokens;
}

std::string TextPrompts::text_of(const std::vector<std::int64_t>& tokens) const {
  std::string written;
  Tokens plain;
  const auto flush = [&] {
    written += utf8(code_points(tokenizer_->decode(plain)));
    plain.clear();
  };
  for (const std::int64_t token : tokens) {
    if (token < tokenizer_->size()) {
      plain.push_back(static_cast<std::int32_t>(token));
      continue;
    }
    flush();
    written += name_of_token(token);
  }
  flush();
  return written;
}

std::vector<std::filesystem::path> TextPrompts::save_continuation(
    std::int64_t index, const std::vector<std::int64_t>& tokens,
    const std::filesystem::path& folder) const {
  const LabelledText& prompt = prompts_.at(static_cast<std::size_t>(index));
  const Path lines = folder / "generated.jsonl", text = folder / "generated.txt";
  if (index == 0) {
    write_atomically(lines, "");
    write_atomically(text, "");
  }
  const std::string written = text_of(tokens);
  append_line(lines,
              Json{{"source", prompt.id}, {"prompt", prompt.text}, {"text", written}}.dump());
  append_line(text, prompt.text + written + "\n");
  return index + 1 == prompts() ? std::vector<std::filesystem::path>{lines, text}
                                : std::vector<std::filesystem::path>{};
}

/// The added token whose name stands at that place; -1 = none.
std::int64_t TextPrompts::added_token_at(const std::string& text, std::size_t at) const {
  for (std::size_t i = 0; i < added_.size(); ++i) {
    if (text.compare(at, added_[i].size(), added_[i]) == 0)
      return tokenizer_->size() + static_cast<std::int64_t>(i);
  }
  return -1;
}

}  // namespace warmstart::text
