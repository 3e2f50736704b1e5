#include "plugins/text/io/byte_pair_json.h"

#include <algorithm>
#include <utility>

#include "plugins/text/io/byte_pair.h"
#include "plugins/text/io/marked_pieces.h"

namespace warmstart::text {
namespace {

class BytePairJson {
 public:
  explicit BytePairJson(const TokenizerFile& file) : file_(file), model_(file.model()) {}

  TokenizerPointer read() {
    for (const char* key : {"dropout", "continuing_subword_prefix", "end_of_word_suffix"})
      file_.require_off(model_, key, std::string("model.") + key);
    rules_.fuse_unknown = file_.flag(model_, "fuse_unk", false, "model.fuse_unk");
    rules_.whole_words = file_.flag(model_, "ignore_merges", false, "model.ignore_merges");
    if (TokenizerFile::has(file_.root(), "normalizer"))
      read_normaliser(file_.part(file_.root(), "normalizer", "normalizer"));
    rules_.marked = rules_.mark_spaces;
    read_words();
    if (rules_.marked) {
      read_marked();
    } else {
      check_byte_level();
    }
    read_merges();
    rules_.vocabulary = file_.vocabulary();
    rules_.added = file_.added();
    rules_.saved = file_.content();
    read_special();
    return byte_pair(std::move(rules_), file_.where());
  }

 private:
  std::string type_of(const Json& step, const char* key) const {
    return file_.text_of(step, "type", std::string(key) + ".type");
  }

  const Json& steps_of(const Json& sequence, const char* key, const std::string& name) const {
    if (!sequence.contains(key) || !sequence[key].is_array())
      file_.refuse("'" + name + "' is no list", "give a whole tokenizer.json");
    return sequence[key];
  }

  /// True for {"pattern": {"String": from}, "content": to}.
  static bool replaces(const Json& step, const std::string& from, const std::string& to) {
    return step.value("pattern", Json()) == Json{{"String", from}} &&
           step.value("content", Json()) == Json(to);
  }

  void read_normaliser(const Json& step) {
    const std::string type = type_of(step, "normalizer");
    if (type == "Sequence") {
      for (const Json& part : steps_of(step, "normalizers", "normalizer.normalizers"))
        read_normaliser(part);
    } else if (type == "NFC") {
      rules_.compose = true;
    } else if (type == "Prepend" && step.value("prepend", Json()) == Json(mark_)) {
      rules_.prepend_mark = true;
    } else if (type == "Replace" && replaces(step, " ", mark_)) {
      rules_.mark_spaces = true;
    } else {
      file_.refuse("the normalizer " + step.dump() + " is not supported",
                   "BPE can be read with NFC, and with U+2581 prepended or for spaces");
    }
  }

  void read_words() {
    if (rules_.marked && !TokenizerFile::has(file_.root(), "pre_tokenizer")) return;
    const Json& cutter = file_.part(file_.root(), "pre_tokenizer", "pre_tokenizer");
    const std::string type = type_of(cutter, "pre_tokenizer");
    if (type == "Metaspace") {
      read_metaspace(cutter);
    } else if (type == "ByteLevel" && !rules_.marked) {
      read_byte_level(cutter);
    } else if (type == "Sequence" && !rules_.marked) {
      read_split_words(steps_of(cutter, "pretokenizers", "pre_tokenizer.pretokenizers"));
    } else if (!(rules_.marked && splits_at_spaces(cutter))) {  // there are none any more
      file_.refuse("the pre_tokenizer " + cutter.dump() + " is not supported",
                   "BPE can be read with ByteLevel, with Split before it, or with Metaspace");
    }
  }

  static bool splits_at_spaces(const Json& cutter) {
    return cutter.value("type", Json()) == Json("Split") &&
           cutter.value("pattern", Json()) == Json{{"String", " "}};
  }

  void read_byte_level(const Json& cutter) {
    if (!file_.flag(cutter, "use_regex", true, "pre_tokenizer.use_regex"))
      file_.refuse("pre_tokenizer.use_regex is false", "BPE can be read with a pattern of words");
    if (file_.flag(cutter, "add_prefix_space", true, "pre_tokenizer.add_prefix_space"))
      rules_.prefix = PrefixSpace::kEveryPart;
  }

  void read_split_words(const Json& steps) {
    const bool known = steps.size() == 2 && type_of(steps[0], "pre_tokenizer") == "Split" &&
                       type_of(steps[1], "pre_tokenizer") == "ByteLevel";
    if (!known) {
      file_.refuse("the pre_tokenizer's sequence " + steps.dump() + " is not supported",
                   "a Split and a ByteLevel can be read");
    }
    const Json& pattern = file_.part(steps[0], "pattern", "pre_tokenizer.pattern");
    const std::string regex = file_.text_of(pattern, "Regex", "pre_tokenizer.pattern.Regex");
    const std::optional<WordPattern> found = word_pattern(regex);
    if (!found) {
      file_.refuse("the pattern of words '" + regex + "' is not known",
                   "those of GPT-2, GPT-4, LLaMA 3 and Qwen 2 are");
    }
    rules_.pattern = *found;
    if (file_.text_of(steps[0], "behavior", "pre_tokenizer.behavior") != "Isolated")
      file_.refuse("pre_tokenizer.behavior is not Isolated", "words can be cut in this way only");
    file_.require_off(steps[0], "invert", "pre_tokenizer.invert");
    for (const char* key : {"use_regex", "add_prefix_space"}) {
      if (file_.flag(steps[1], key, true, std::string("pre_tokenizer.") + key))
        file_.refuse(std::string("pre_tokenizer.") + key + " is true after a Split", "turn it off");
    }
  }

  void read_metaspace(const Json& cutter) {
    rules_.marked = true;
    if (file_.text_of(cutter, "replacement", "pre_tokenizer.replacement") != kSpaceMark)
      file_.refuse("pre_tokenizer.replacement is not U+2581", "spaces can be marked by it only");
    rules_.split_at_marks = file_.flag(cutter, "split", true, "pre_tokenizer.split");
    const std::string scheme = prefix_scheme(cutter, "pre_tokenizer");
    if (scheme == "always") rules_.prefix = PrefixSpace::kEveryPart;
    if (scheme == "first") rules_.prefix = PrefixSpace::kFirstPart;
  }

  /// Older files say add_prefix_space.
  std::string prefix_scheme(const Json& metaspace, const std::string& name) const {
    if (!TokenizerFile::has(metaspace, "prepend_scheme")) {
      const bool prefix =
          file_.flag(metaspace, "add_prefix_space", true, name + ".add_prefix_space");
      return prefix ? "always" : "never";
    }
    const std::string key = name + ".prepend_scheme";
    std::string scheme = file_.text_of(metaspace, "prepend_scheme", key);
    if (scheme != "always" && scheme != "first" && scheme != "never")
      file_.refuse("'" + key + "' is '" + scheme + "'", "always, first and never are known");
    return scheme;
  }

  void read_marked() {
    rules_.byte_fallback = file_.flag(model_, "byte_fallback", false, "model.byte_fallback");
    if (TokenizerFile::has(file_.root(), "decoder")) {
      read_decoder(file_.part(file_.root(), "decoder", "decoder"));
    } else if (rules_.prepend_mark || rules_.prefix != PrefixSpace::kNever) {
      rules_.leading_spaces = 1;
    }
  }

  void read_decoder(const Json& decoder) {
    const std::string type = type_of(decoder, "decoder");
    if (type == "Metaspace") {
      rules_.leading_spaces = prefix_scheme(decoder, "decoder") == "never" ? 0 : 1;
      return;
    }
    if (type != "Sequence") refuse_decoder(decoder);
    bool fused = false;
    for (const Json& step : steps_of(decoder, "decoders", "decoder.decoders")) {
      const std::string kind = type_of(step, "decoder");
      const bool plain =
          kind == "ByteFallback" || (kind == "Replace" && replaces(step, mark_, " "));
      if (kind == "Fuse") {
        fused = true;
      } else if (kind == "Strip" && fused && strips_spaces(step)) {
        rules_.leading_spaces = step["start"].get<std::size_t>();
      } else if (!plain) {
        refuse_decoder(step);
      }
    }
  }

  static bool strips_spaces(const Json& step) {
    return step.value("content", Json()) == Json(" ") &&
           step.value("start", Json()).is_number_unsigned() &&
           step.value("stop", Json()) == Json(0);
  }

  [[noreturn]] void refuse_decoder(const Json& step) const {
    file_.refuse("the decoder " + step.dump() + " is not supported",
                 "Metaspace can be read, and Replace, ByteFallback, Fuse and Strip in this order");
  }

  void check_byte_level() const {
    file_.require_off(model_, "byte_fallback", "model.byte_fallback");
    if (rules_.prepend_mark)
      file_.refuse("a normalizer prepends U+2581 before byte-level words", "remove it");
  }

  void read_merges() {
    if (!model_.contains("merges") || !model_["merges"].is_array())
      file_.refuse("'model.merges' is no list", "give a whole tokenizer.json");
    auto& merges = rules_.merges;
    for (const Json& merge : model_["merges"]) {
      if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
        merges.emplace_back(merge[0].get<std::string>(), merge[1].get<std::string>());
        continue;
      }
      const std::string line = merge.is_string() ? merge.get<std::string>() : "";
      const std::size_t space = line.find(' ');
      if (space == std::string::npos || line.find(' ', space + 1) != std::string::npos) {
        file_.refuse("merge " + std::to_string(merges.size() + 1) + " is not two pieces",
                     "give a whole tokenizer.json");
      }
      merges.emplace_back(line.substr(0, space), line.substr(space + 1));
    }
  }

  /// A piece that merges make is text, whatever it is called, unless it is an added token.
  void read_special() {
    rules_.special = special_tokens_by_name([&](const std::string& name) {
      return is_added(name) || !is_made(name) ? file_.vocabulary().find(name) : -1;
    });
    if (!TokenizerFile::has(model_, "unk_token")) return;
    const std::string name = file_.text_of(model_, "unk_token", "model.unk_token");
    rules_.unknown = file_.vocabulary().find(name);
    if (rules_.unknown < 0 && rules_.marked && !rules_.byte_fallback)
      file_.refuse("the vocabulary has no '" + name + "'",
                   "add it: characters without a piece become it");
    if (rules_.unknown >= 0) rules_.special.unknown = rules_.unknown;
  }

  bool is_added(const std::string& name) const {
    return std::any_of(file_.added().begin(), file_.added().end(),
                       [&](const AddedToken& added) { return added.content == name; });
  }

  bool is_made(const std::string& name) const {
    return std::any_of(rules_.merges.begin(), rules_.merges.end(), [&](const auto& merge) {
      return merge.first.size() + merge.second.size() == name.size() &&
             merge.first + merge.second == name;
    });
  }

  const std::string mark_{kSpaceMark};
  const TokenizerFile& file_;
  const Json& model_;
  BytePairRules rules_;
};

}  // namespace

TokenizerPointer byte_pair_from_json(const TokenizerFile& file) {
  return BytePairJson(file).read();
}

}  // namespace warmstart::text
