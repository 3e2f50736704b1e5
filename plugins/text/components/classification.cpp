// Texts, or pairs of texts, with a class.
#include <ATen/ATen.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "plugins/text/components/tokenizer_source.h"
#include "plugins/text/io/labelled_texts.h"

namespace warmstart::text {
namespace {

bool is_whole_number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc{} && end == text.data() + text.size();
}

/// Labels in order: by value where all are numbers, else by name.
std::vector<std::string> labels_of(const std::vector<LabelledText>& texts) {
  std::set<std::string> found;
  for (const LabelledText& one : texts) found.insert(one.label);
  std::vector<std::string> labels(found.begin(), found.end());
  if (std::all_of(labels.begin(), labels.end(), is_whole_number)) {
    std::sort(labels.begin(), labels.end(),
              [](const auto& a, const auto& b) { return std::stoll(a) < std::stoll(b); });
  }
  return labels;
}

}  // namespace

class Classification final : public Dataset {
 public:
  struct Config {
    std::string root, train_root;
    LabelledTextOptions columns;
    std::string split = "all";
    double test_share = 0.2;
    std::int64_t length = 64, limit = 0;
    std::vector<std::string> class_names;
    Value tokenizer = Value::scalar("text.wordpiece");
    void describe(Fields& fields) {
      fields
          .field("root", root,
                 "a .csv, .tsv or .jsonl file, lines of 'label text', or a folder of class folders")
          .required();
      fields.field("train_root", train_root,
                   "texts that the tokenizer and the classes are taken from; empty: root");
      fields.field("text", columns.text,
                   "columns (by number from 1, or by name) or JSON fields of the text");
      fields.field("label", columns.label, "column or field of the class");
      fields.field("second", columns.second, "column or field of the second text of a pair");
      fields.field("header", columns.header, "a table's first row names its columns");
      fields.field("encoding", columns.encoding, "of the files; auto: UTF-8, else Latin-1")
          .one_of({"auto", "utf-8", "latin-1"});
      fields.field("split", split, "which part: all, train or test")
          .one_of({"all", "train", "test"});
      fields.field("test_share", test_share, "share of texts for the test").within(0, 0.9);
      fields
          .field("length", length, "tokens of a text, special ones included; longer texts are cut")
          .at_least(4)
          .unit("tokens");
      fields.field("limit", limit, "use the first so many texts of the part; 0 = all").at_least(0);
      fields.field("class_names", class_names, "names of the classes, in the order of the labels");
      fields.field("tokenizer", tokenizer, "how text becomes tokens; trained on the train part")
          .component("tokenizer");
    }
  };

  explicit Classification(const Config& config) : config_(config) {
    texts_ = read_labelled_texts(config.root, config.columns);
    const std::vector<LabelledText> known =
        config.train_root.empty() ? texts_ : read_labelled_texts(config.train_root, config.columns);
    if (texts_.empty() || known.empty())
      throw Error("no texts there", config.root, "give a file with at least one text");
    labels_ = labels_of(known);
    check_names();
    make_own_tokenizer(known);
    if (config.split != "all") keep_part(config.split == "test");
    if (config.limit > 0 && config.limit < size())
      texts_.resize(static_cast<std::size_t>(config.limit));
    for (const LabelledText& one : texts_) class_of(one);
  }

  std::int64_t size() const override { return static_cast<std::int64_t>(texts_.size()); }

  Sample get(std::int64_t index) const override {
    const LabelledText& one = texts_.at(static_cast<std::size_t>(index));
    Sample sample{one.id, {}};
    encode(one, sample.fields);
    sample.fields.set("class", at::scalar_tensor(class_of(one), at::kLong));
    return sample;
  }

  std::string token_text(std::int64_t token) const override {
    return tokenizer_->piece(static_cast<std::int32_t>(token));
  }

  Json facts() const override {
    Json facts = tokenizer_facts(*tokenizer_);
    facts["classes"] = labels_.size();
    facts["class_names"] = config_.class_names.empty() ? labels_ : config_.class_names;
    facts["length"] = config_.length;
    facts["texts"] = size();
    return facts;
  }

 private:
  void check_names() const {
    if (config_.class_names.empty() || config_.class_names.size() == labels_.size()) return;
    throw Error(std::to_string(config_.class_names.size()) + " class_names for " +
                    std::to_string(labels_.size()) + " labels",
                config_.root, "name every class once, in the order of the labels");
  }

  void make_own_tokenizer(const std::vector<LabelledText>& known) {
    std::vector<std::string> training;
    const bool apart = config_.train_root.empty() && config_.split != "all";
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (apart && is_test(i)) continue;
      training.push_back(known[i].text);
      if (!known[i].second.empty()) training.push_back(known[i].second);
    }
    tokenizer_ = make_tokenizer(config_.tokenizer, training);
    const SpecialTokens special = tokenizer_->special();
    if (special.pad >= 0 && special.begin >= 0 && special.end >= 0) return;
    throw Error("the tokenizer lacks a padding, begin or end token", "text.classification",
                "use one with special tokens, such as text.wordpiece");
  }

  /// A text's part is a function of its place alone: the same in every data entry.
  bool is_test(std::size_t index) const {
    return Random(mix_seed(0, "text.split", index)).uniform() < config_.test_share;
  }

  void keep_part(bool test) {
    std::vector<LabelledText> kept;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      if (is_test(i) == test) kept.push_back(std::move(texts_[i]));
    }
    texts_ = std::move(kept);
  }

  std::int64_t class_of(const LabelledText& one) const {
    const auto found = std::find(labels_.begin(), labels_.end(), one.label);
    if (found != labels_.end()) return found - labels_.begin();
    throw Error("the label '" + one.label + "' does not occur in the training texts", one.id,
                "correct it, or add training texts");
  }

  /// [CLS] text [SEP], or [CLS] text [SEP] second [SEP] with the longer one cut; then padding.
  void encode(const LabelledText& one, Batch& fields) const {
    const SpecialTokens special = tokenizer_->special();
    Tokens first = tokenizer_->encode(one.text);
    const bool pair = !config_.columns.second.empty();
    Tokens second = pair ? tokenizer_->encode(one.second) : Tokens{};
    const auto room = static_cast<std::size_t>(config_.length - (pair ? 3 : 2));
    while (first.size() + second.size() > room)
      (first.size() >= second.size() ? first : second).pop_back();
    at::Tensor tokens = at::full({config_.length}, special.pad, at::kLong);
    at::Tensor segments = at::zeros_like(tokens), visible = at::zeros_like(tokens);
    std::int64_t at = 0;
    const auto put = [&](std::int32_t token, std::int64_t segment) {
      tokens.data_ptr<std::int64_t>()[at] = token;
      segments.data_ptr<std::int64_t>()[at] = segment;
      visible.data_ptr<std::int64_t>()[at++] = 1;
    };
    put(special.begin, 0);
    for (const std::int32_t token : first) put(token, 0);
    put(special.end, 0);
    for (const std::int32_t token : second) put(token, 1);
    if (pair) put(special.end, 1);
    fields.set("tokens", tokens);
    fields.set("attention_mask", visible);
    fields.set("segments", segments);
  }

  Config config_;
  std::vector<LabelledText> texts_;
  std::vector<std::string> labels_;
  TokenizerPointer tokenizer_;
};

const Registered<Dataset, Classification> classification{Card{
    .name = "classification",
    .summary = "texts or pairs of texts with a class",
    .needs = {},
    .yields = {"tokens", "attention_mask", "segments", "class"},
    .papers = {9},
}};

}  // namespace warmstart::text
