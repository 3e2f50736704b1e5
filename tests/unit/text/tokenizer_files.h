// Reads tokenizers from JSON that tests write, and shows their tokens.
#pragma once
#include <string>
#include <vector>

#include "plugins/text/io/tokenizer_json.h"
#include "text_files.h"

namespace warmstart::text::testing {

inline std::vector<std::string> named_tokens(const Tokenizer& tokenizer, const std::string& text) {
  std::vector<std::string> names;
  for (const std::int32_t token : tokenizer.encode(text)) names.push_back(tokenizer.piece(token));
  return names;
}

inline TokenizerPointer read_tokenizer(const Folder& folder, const Json& json) {
  return tokenizer_from_json(folder.file("tokenizer.json", json.dump()));
}

}  // namespace warmstart::text::testing
