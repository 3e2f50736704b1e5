#include "plugins/text/io/tokenizer_json.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/json.h"
#include "plugins/text/io/byte_pair.h"
#include "plugins/text/io/text_file.h"
#include "plugins/text/io/wordpiece.h"

namespace warmstart::text {
namespace {

constexpr std::uintmax_t kLargestTokenizerFile = std::uintmax_t{64} << 20;

class JsonTokenizerReader {
 public:
  explicit JsonTokenizerReader(const Path& path) : where_(path.string()) {
    content_ = read_file(path, kLargestTokenizerFile);
    root_ = Json::parse(content_, nullptr, false);
    if (!root_.is_object()) refuse("the file is no JSON object", "give a tokenizer.json");
  }

  TokenizerPointer read() {
    const Json& model = part(root_, "model", "model");
    const std::string type = text_of(model, "type", "model.type");
    require_null(root_, "truncation");
    require_null(root_, "padding");
    read_vocabulary(model);
    if (type == "WordPiece") return read_wordpiece(model);
    if (type == "BPE") return read_byte_pair(model);
    refuse("model.type is '" + type + "'", "BPE and WordPiece can be read");
  }

 private:
  [[noreturn]] void refuse(const std::string& what, const std::string& hint) const {
    throw Error(what, where_, hint);
  }

  const Json& part(const Json& object, const char* key, const std::string& name) const {
    if (!object.contains(key) || !object[key].is_object())
      refuse("'" + name + "' is missing or no object", "give a whole tokenizer.json");
    return object[key];
  }

  std::string text_of(const Json& object, const char* key, const std::string& name) const {
    if (!object.contains(key) || !object[key].is_string())
      refuse("'" + name + "' is missing or no text", "give a whole tokenizer.json");
    return object[key].get<std::string>();
  }

  bool flag(const Json& object, const char* key, bool fallback, const std::string& name) const {
    if (!object.contains(key) || object[key].is_null()) return fallback;
    if (!object[key].is_boolean()) refuse("'" + name + "' is neither true nor false", "correct it");
    return object[key].get<bool>();
  }

  /// Settings that would change the result must be off: null, false, 0 or "".
  void require_off(const Json& object, const char* key, const std::string& name) const {
    if (!object.contains(key)) return;
    const Json& value = object[key];
    const bool off =
        value.is_null() || value == Json(false) || value == Json(0) || value == Json("");
    if (!off) refuse("'" + name + "' = " + value.dump() + " is not supported", "turn it off");
  }

  void require_null(const Json& object, const char* key) const { require_off(object, key, key); }

  void read_vocabulary(const Json& model) {
    const Json& vocab = part(model, "vocab", "model.vocab");
    std::vector<std::pair<std::string, std::int64_t>> entries;
    for (const auto& [piece, number] : vocab.items()) add_entry(entries, piece, number);
    if (root_.contains("added_tokens") && !root_["added_tokens"].is_null()) read_added(entries);
    std::vector<std::string> pieces(entries.size());
    std::vector<bool> taken(entries.size(), false);
    for (auto& [piece, number] : entries) {
      const auto slot = static_cast<std::size_t>(number);
      if (slot >= pieces.size() || taken[slot]) {
        refuse(
            "the numbers of the vocabulary have holes or repeat (" + std::to_string(number) + ")",
            "number the pieces from 0 without gaps");
      }
      taken[slot] = true;
      pieces[slot] = std::move(piece);
    }
    vocabulary_ = Vocabulary(std::move(pieces), where_);
  }

  void add_entry(std::vector<std::pair<std::string, std::int64_t>>& entries,
                 const std::string& piece, const Json& number) const {
    const bool fits =
        number.is_number_unsigned() && number.get<std::uint64_t>() < kLargestVocabulary;
    if (!fits) refuse("piece '" + piece + "' has no usable number", "correct model.vocab");
    entries.emplace_back(piece, number.get<std::int64_t>());
  }

  void read_added(std::vector<std::pair<std::string, std::int64_t>>& entries) {
    if (!root_["added_tokens"].is_array()) refuse("'added_tokens' is no list", "correct it");
    for (const Json& token : root_["added_tokens"]) {
      if (!token.is_object()) refuse("an entry of 'added_tokens' is no object", "correct it");
      const std::string piece = text_of(token, "content", "added_tokens.content");
      if (piece.empty()) refuse("an added token is empty", "remove it");
      for (const char* key : {"single_word", "lstrip", "rstrip"})
        require_off(token, key, std::string("added_tokens.") + key);
      added_.push_back(piece);
      if (root_["model"]["vocab"].contains(piece)) continue;
      if (!token.contains("id")) refuse("added token '" + piece + "' has no id", "correct it");
      add_entry(entries, piece, token["id"]);
    }
  }

  BasicWords read_bert_rules() const {
    const Json& normaliser = part(root_, "normalizer", "normalizer");
    if (text_of(normaliser, "type", "normalizer.type") != "BertNormalizer")
      refuse("the normalizer is not BertNormalizer", "WordPiece can be read with BERT's rules");
    const Json& cutter = part(root_, "pre_tokenizer", "pre_tokenizer");
    if (text_of(cutter, "type", "pre_tokenizer.type") != "BertPreTokenizer")
      refuse("the pre_tokenizer is not BertPreTokenizer",
             "WordPiece can be read with BERT's rules");
    BasicWords rules;
    rules.lower = flag(normaliser, "lowercase", true, "normalizer.lowercase");
    rules.strip_accents =
        flag(normaliser, "strip_accents", rules.lower, "normalizer.strip_accents");
    rules.split_cjk =
        flag(normaliser, "handle_chinese_chars", true, "normalizer.handle_chinese_chars");
    rules.clean = flag(normaliser, "clean_text", true, "normalizer.clean_text");
    if (rules.strip_accents != rules.lower)
      refuse("strip_accents differs from lowercase", "set them alike");
    return rules;
  }

  TokenizerPointer read_wordpiece(const Json& model) {
    WordPieceRules rules;
    rules.words = read_bert_rules();
    rules.unknown = text_of(model, "unk_token", "model.unk_token");
    rules.prefix = text_of(model, "continuing_subword_prefix", "model.continuing_subword_prefix");
    if (model.contains("max_input_chars_per_word"))
      rules.longest_word = model["max_input_chars_per_word"].get<std::size_t>();
    return wordpiece(vocabulary_, rules, where_);
  }

  TokenizerPointer read_byte_pair(const Json& model) {
    for (const char* key : {"dropout", "continuing_subword_prefix", "end_of_word_suffix",
                            "fuse_unk", "byte_fallback", "ignore_merges"})
      require_off(model, key, std::string("model.") + key);
    BytePairRules rules;
    const Json& cutter = part(root_, "pre_tokenizer", "pre_tokenizer");
    if (text_of(cutter, "type", "pre_tokenizer.type") != "ByteLevel")
      refuse("the pre_tokenizer is not ByteLevel", "BPE can be read with byte-level words");
    if (!flag(cutter, "use_regex", true, "pre_tokenizer.use_regex"))
      refuse("pre_tokenizer.use_regex is false", "BPE can be read with GPT-2's words");
    rules.prefix_space = flag(cutter, "add_prefix_space", true, "pre_tokenizer.add_prefix_space");
    rules.compose = composes();
    rules.merges = read_merges(model);
    const auto find = [&](const char* name) { return vocabulary_.find(name); };
    rules.special = {find("[PAD]"), -1, find("[CLS]"), find("[SEP]"), find("[MASK]")};
    if (const std::int32_t end = find("<|endoftext|>"); end >= 0)
      rules.special.begin = rules.special.end = end;
    if (model.contains("unk_token") && model["unk_token"].is_string())
      rules.special.unknown = vocabulary_.find(model["unk_token"].get<std::string>());
    rules.vocabulary = vocabulary_;
    rules.added = added_;
    rules.saved = content_;
    return byte_pair(std::move(rules), where_);
  }

  bool composes() const {
    if (!root_.contains("normalizer") || root_["normalizer"].is_null()) return false;
    const Json& normaliser = part(root_, "normalizer", "normalizer");
    if (text_of(normaliser, "type", "normalizer.type") == "NFC") return true;
    refuse("the normalizer is neither null nor NFC", "BPE can be read without another one");
  }

  std::vector<std::pair<std::string, std::string>> read_merges(const Json& model) const {
    if (!model.contains("merges") || !model["merges"].is_array())
      refuse("'model.merges' is no list", "give a whole tokenizer.json");
    std::vector<std::pair<std::string, std::string>> merges;
    for (const Json& merge : model["merges"]) {
      if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
        merges.emplace_back(merge[0].get<std::string>(), merge[1].get<std::string>());
        continue;
      }
      const std::string line = merge.is_string() ? merge.get<std::string>() : "";
      const std::size_t space = line.find(' ');
      if (space == std::string::npos || line.find(' ', space + 1) != std::string::npos) {
        refuse("merge " + std::to_string(merges.size() + 1) + " is not two pieces",
               "give a whole tokenizer.json");
      }
      merges.emplace_back(line.substr(0, space), line.substr(space + 1));
    }
    return merges;
  }

  std::string where_, content_;
  Json root_;
  Vocabulary vocabulary_;
  std::vector<std::string> added_;
};

}  // namespace

TokenizerPointer tokenizer_from_json(const Path& path) { return JsonTokenizerReader(path).read(); }

}  // namespace warmstart::text
