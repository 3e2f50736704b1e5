#include "plugins/text/io/tokenizer_file.h"

#include <utility>

#include "core/base/error.h"
#include "core/base/log.h"

namespace warmstart::text {
namespace {

constexpr std::uintmax_t kLargestTokenizerFile = std::uintmax_t{64} << 20;

}  // namespace

TokenizerFile::TokenizerFile(const Path& path) : where_(path.string()) {
  content_ = read_file(path, kLargestTokenizerFile);
  root_ = Json::parse(content_, nullptr, false);
  if (!root_.is_object()) refuse("the file is no JSON object", "give a tokenizer.json");
  const std::string type = text_of(part(root_, "model", "model"), "type", "model.type");
  if (type != "BPE" && type != "WordPiece")
    refuse("model.type is '" + type + "'", "BPE and WordPiece can be read");
  read_vocabulary();
  note_batching();
}

void TokenizerFile::refuse(const std::string& what, const std::string& hint) const {
  throw Error(what, where_, hint);
}

bool TokenizerFile::has(const Json& object, const char* key) {
  return object.contains(key) && !object[key].is_null();
}

const Json& TokenizerFile::part(const Json& object, const char* key,
                                const std::string& name) const {
  if (!object.contains(key) || !object[key].is_object())
    refuse("'" + name + "' is missing or no object", "give a whole tokenizer.json");
  return object[key];
}

std::string TokenizerFile::text_of(const Json& object, const char* key,
                                   const std::string& name) const {
  if (!object.is_object() || !object.contains(key) || !object[key].is_string())
    refuse("'" + name + "' is missing or no text", "give a whole tokenizer.json");
  return object[key].get<std::string>();
}

bool TokenizerFile::flag(const Json& object, const char* key, bool fallback,
                         const std::string& name) const {
  if (!has(object, key)) return fallback;
  if (!object[key].is_boolean()) refuse("'" + name + "' is neither true nor false", "correct it");
  return object[key].get<bool>();
}

void TokenizerFile::require_off(const Json& object, const char* key,
                                const std::string& name) const {
  if (!object.contains(key)) return;
  const Json& value = object[key];
  const bool off = value.is_null() || value == Json(false) || value == Json(0) || value == Json("");
  if (!off) refuse("'" + name + "' = " + value.dump() + " is not supported", "turn it off");
}

void TokenizerFile::note_batching() const {
  std::string keys;
  for (const char* key : {"truncation", "padding"}) {
    if (has(root_, key)) keys += (keys.empty() ? "" : " and ") + std::string(key);
  }
  if (!keys.empty())
    log_warning(where_ + ": read without its " + keys + "; the data set's length rules");
}

void TokenizerFile::read_vocabulary() {
  const Json& vocab = part(model(), "vocab", "model.vocab");
  Entries entries;
  for (const auto& [piece, number] : vocab.items()) add_entry(entries, piece, number);
  if (has(root_, "added_tokens")) read_added(entries);
  std::vector<std::string> pieces(entries.size());
  std::vector<bool> taken(entries.size(), false);
  for (auto& [piece, number] : entries) {
    const auto slot = static_cast<std::size_t>(number);
    if (slot >= pieces.size() || taken[slot]) {
      refuse("the numbers of the vocabulary have holes or repeat (" + std::to_string(number) + ")",
             "number the pieces from 0 without gaps");
    }
    taken[slot] = true;
    pieces[slot] = std::move(piece);
  }
  vocabulary_ = Vocabulary(std::move(pieces), where_);
  for (AddedToken& added : added_) added.token = vocabulary_.find(added.content);
}

void TokenizerFile::add_entry(Entries& entries, const std::string& piece,
                              const Json& number) const {
  const bool fits = number.is_number_unsigned() && number.get<std::uint64_t>() < kLargestVocabulary;
  if (!fits) refuse("piece '" + piece + "' has no usable number", "correct model.vocab");
  entries.emplace_back(piece, number.get<std::int64_t>());
}

void TokenizerFile::read_added(Entries& entries) {
  if (!root_["added_tokens"].is_array()) refuse("'added_tokens' is no list", "correct it");
  for (const Json& token : root_["added_tokens"]) {
    if (!token.is_object()) refuse("an entry of 'added_tokens' is no object", "correct it");
    AddedToken added;
    added.content = text_of(token, "content", "added_tokens.content");
    if (added.content.empty()) refuse("an added token is empty", "remove it");
    const auto read = [&](const char* key, bool fallback) {
      return flag(token, key, fallback, std::string("added_tokens.") + key);
    };
    added.special = read("special", false);
    added.single_word = read("single_word", false);
    added.lstrip = read("lstrip", false);
    added.rstrip = read("rstrip", false);
    added.normalized = read("normalized", !added.special);
    added_.push_back(added);
    if (model()["vocab"].contains(added.content)) continue;
    if (!token.contains("id"))
      refuse("added token '" + added.content + "' has no id", "correct it");
    add_entry(entries, added.content, token["id"]);
  }
}

}  // namespace warmstart::text
