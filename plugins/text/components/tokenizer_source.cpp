#include "plugins/text/components/tokenizer_source.h"

#include <algorithm>

#include "plugins/text/io/documents.h"
#include "plugins/text/io/question_answers.h"
#include "plugins/text/io/text_file.h"

namespace warmstart::text {
namespace {

bool holds_json(const Path& root) {
  const auto is_json = [](const Path& file) {
    const std::string extension = lower_extension(file);
    return extension == ".json" || extension == ".jsonl";
  };
  if (!std::filesystem::is_directory(root)) return is_json(root);
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (is_json(entry.path())) return true;
  }
  return false;
}

}  // namespace

void TrainingTexts::describe(Fields& described) {
  described.field("texts", texts,
                  "a file or folder to train on instead of the data set's texts, so that several "
                  "data sets have one vocabulary");
  described.field("texts_fields", fields, "fields of JSON records that are trained on");
}

std::vector<std::string> TrainingTexts::instead_of(const std::vector<std::string>& given) const {
  if (texts.empty()) return given;
  std::vector<std::string> found;
  if (holds_json(texts)) {
    for (const JsonRecord& record : read_json_records(texts)) {
      for (const std::string& field : fields)
        found.push_back(json_text(record.object, field, record.where));
    }
    return found;
  }
  for (Document& document : read_documents(texts, fields.front(), "auto"))
    found.push_back(std::move(document.text));
  return found;
}

TokenizerPointer make_tokenizer(const Value& setting, const std::vector<std::string>& texts) {
  return create<TokenizerSource>(setting, "tokenizer", "recipe")->make(texts);
}

namespace {

/// Tokens that go on with the word before them, by the tokenizer's own marks: "##" before what goes
/// on (WordPiece), or a mark before what begins (SentencePiece, byte-level). Empty without marks.
std::vector<std::int64_t> word_continuations(const Tokenizer& tokenizer) {
  const std::vector<std::int64_t> special = tokenizer.special().all();
  std::vector<std::int64_t> marked, unmarked;
  bool begins = false;
  for (std::int64_t token = 0; token < tokenizer.size(); ++token) {
    if (std::find(special.begin(), special.end(), token) != special.end()) continue;
    const std::string piece = tokenizer.piece(static_cast<std::int32_t>(token));
    if (piece.size() > 2 && piece.starts_with("##")) marked.push_back(token);
    const bool begin = piece.starts_with("\u2581") || piece.starts_with("\u0120");
    begins = begins || begin;
    if (!begin) unmarked.push_back(token);
  }
  return !marked.empty() ? marked : begins ? unmarked : std::vector<std::int64_t>{};
}

}  // namespace

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
  const std::vector<std::int64_t> continuations = word_continuations(tokenizer);
  if (!continuations.empty()) facts["word_continuations"] = continuations;
  return facts;
}

}  // namespace warmstart::text
