// Texts, or pairs of texts, with a class.
#include <ATen/ATen.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <sstream>
#include <unordered_set>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/data/dataset.h"
#include "plugins/text/components/text_data.h"
#include "plugins/text/components/text_predictions.h"
#include "plugins/text/components/tokenizer_source.h"
#include "plugins/text/io/labelled_texts.h"

namespace warmstart::text {
namespace {

bool is_whole_number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc{} && end == text.data() + text.size();
}

/// "A;B" -> A, B; a label that is none of several stays whole.
std::vector<std::string> own_labels(const LabelledText& text, bool multilabel) {
  if (!multilabel) return {text.label};
  std::vector<std::string> labels;
  std::istringstream parts(text.label);
  for (std::string part; std::getline(parts, part, ';');) {
    if (!part.empty()) labels.push_back(part);
  }
  return labels;
}

/// Labels in order: by value where all are numbers, else by name.
std::vector<std::string> labels_of(const std::vector<LabelledText>& texts, bool multilabel) {
  std::set<std::string> found;
  for (const LabelledText& one : texts) {
    for (std::string& label : own_labels(one, multilabel)) found.insert(std::move(label));
  }
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
    TextDataOptions data;
    LabelledTextOptions columns;
    std::vector<std::string> class_names;
    std::string leaks = "warn";
    bool multilabel = false;
    std::int64_t candidates = 0;
    void describe(Fields& fields) {
      data.describe_files(fields,
                          "a .csv, .tsv, .jsonl or .conll file, lines of 'label text', or a folder "
                          "of class folders",
                          "texts that the tokenizer and the classes are taken from; empty: root");
      fields.field("text", columns.text,
                   "columns (by number from 1, or by name) or JSON fields of the text");
      fields.field("label", columns.label, "column or field of the class");
      fields.field("second", columns.second, "column or field of the second text of a pair");
      fields.field("header", columns.header, "a table's first row names its columns");
      data.describe_encoding(fields);
      data.describe_part(fields);
      fields.field("group", columns.group,
                   "column or field whose equal values stay in one part: rewordings of a question");
      fields
          .field("leaks", leaks,
                 "questions (first texts, or groups) that stand in the training texts and in the "
                 "test: told, or an error")
          .one_of({"warn", "refuse"});
      data.describe_tokens(fields);
      fields.field("multilabel", multilabel,
                   "a text may have several labels, separated by ';', in a JSON list, or the types "
                   "of the entities in a .conll file");
      fields.field("class_names", class_names, "names of the classes, in the order of the labels");
      fields
          .field(
              "candidates", candidates,
              "retrieval: the second text of each pair of the second class is asked with so many "
              "first texts of such pairs, its own among them; 0 = the pairs themselves")
          .at_least(0);
    }
  };

  explicit Classification(const Config& config) : config_(config) {
    config_.columns.encoding = config.data.encoding;
    texts_ = read_labelled_texts(config.data.root, config_.columns);
    const std::vector<LabelledText> known =
        config.data.train_root.empty()
            ? texts_
            : read_labelled_texts(config.data.train_root, config_.columns);
    if (texts_.empty() || known.empty())
      throw Error("no texts there", config.data.root, "give a file with at least one text");
    labels_ = labels_of(known, config.multilabel);
    check_names(known);
    make_own_tokenizer(known);
    if (config.data.split != "all") keep_part(config.data.split == "test");
    config.data.cut(texts_);
    report_leaks(known);
    for (const LabelledText& one : texts_) classes_of(one);
    if (config.candidates > 0) keep_queries();
    encode_texts();
  }

  std::int64_t size() const override {
    return static_cast<std::int64_t>(texts_.size()) * (asks() ? config_.candidates : 1);
  }

  Sample get(std::int64_t index) const override {
    if (asks()) return asked(index);
    const auto place = static_cast<std::size_t>(index);
    const LabelledText& one = texts_.at(place);
    Sample sample{one.id, {}};
    give_row(place, place, sample.fields);
    if (unlabelled_) return sample;
    const std::vector<std::int64_t> classes = classes_of(one);
    if (config_.multilabel) {
      at::Tensor target = at::zeros({static_cast<std::int64_t>(labels_.size())});
      for (const std::int64_t label : classes) target[label] = 1;
      sample.fields.set("target", target);
    } else {
      sample.fields.set("class", at::scalar_tensor(classes.front(), at::kLong));
    }
    return sample;
  }

  std::string token_text(std::int64_t token) const override {
    return tokenizer_->piece(static_cast<std::int32_t>(token));
  }

  Json facts() const override {
    Json facts = tokenizer_facts(*tokenizer_);
    facts["classes"] = labels_.size();
    facts["class_names"] = class_names();
    facts["length"] = config_.data.length;
    facts["texts"] = size();
    return facts;
  }

  std::shared_ptr<Dataset> for_files(const std::vector<std::string>& paths) const override {
    auto files = std::make_shared<Classification>(*this);
    files->unlabelled_ = true;
    files->texts_ = read_new_texts(paths, config_.columns);
    files->encode_texts();
    return files;
  }

  std::vector<std::filesystem::path> save_prediction(
      std::int64_t index, const Batch& outputs,
      const std::filesystem::path& folder) const override {
    const auto files = write_text_row(texts_.at(static_cast<std::size_t>(index)), outputs,
                                      {class_names(), config_.multilabel, index == 0, folder});
    return index + 1 == size() ? files : std::vector<std::filesystem::path>{};
  }

 private:
  const std::vector<std::string>& class_names() const {
    return config_.class_names.empty() ? labels_ : config_.class_names;
  }

  void check_names(const std::vector<LabelledText>& known) const {
    if (config_.class_names.empty() || config_.class_names.size() == labels_.size()) return;
    if (labels_.size() > config_.class_names.size()) refuse_stray_label(known);
    throw Error(std::to_string(config_.class_names.size()) + " class_names for " +
                    std::to_string(labels_.size()) + " labels",
                config_.data.root, "name every class once, in the order of the labels");
  }

  /// Of too many labels those that occur most are the named ones; the first other one is told.
  [[noreturn]] void refuse_stray_label(const std::vector<LabelledText>& known) const {
    std::map<std::string, std::size_t> counts;
    for (const LabelledText& one : known)
      for (const std::string& label : own_labels(one, config_.multilabel)) ++counts[label];
    std::vector<std::string> order = labels_;
    std::stable_sort(order.begin(), order.end(),
                     [&](const auto& a, const auto& b) { return counts.at(a) > counts.at(b); });
    const auto last_named = order.begin() + std::ssize(config_.class_names);
    for (const LabelledText& one : known) {
      for (const std::string& label : own_labels(one, config_.multilabel)) {
        if (std::find(order.begin(), last_named, label) != last_named) continue;
        throw Error("the label '" + label + "' is none of the " +
                        std::to_string(config_.class_names.size()) + " classes of class_names",
                    one.id, "correct it, or name every class once, in the order of the labels");
      }
    }
    throw Error("class_names fit no labels", config_.data.root, "name every class once");
  }

  /// Questions of the test that are trained on too: a result on them tells little. Of a file that
  /// is split the test tells it; of another file than train_root each part but the train one.
  void report_leaks(const std::vector<LabelledText>& known) const {
    const bool other_file =
        !config_.data.train_root.empty() &&
        !std::filesystem::equivalent(config_.data.root, config_.data.train_root);
    if (config_.data.split != "test" && !(other_file && config_.data.split == "all")) return;
    const auto question = [](const LabelledText& one) {
      return one.group.empty() ? one.text : one.group;
    };
    std::unordered_set<std::string> trained;
    for (std::size_t i = 0; i < known.size(); ++i)
      if (other_file || !config_.data.is_test(i, known[i].group))
        trained.insert(question(known[i]));
    std::unordered_set<std::string> leaked;
    std::string where;
    for (const LabelledText& one : texts_) {
      if (!trained.contains(question(one)) || !leaked.insert(question(one)).second) continue;
      if (where.empty()) where = one.id;
    }
    if (leaked.empty()) return;
    const std::string what = "split leaks " + std::to_string(leaked.size()) +
                             " questions: the training texts hold them too";
    const std::string hint = "name their column with group, or take them out of one part";
    if (config_.leaks == "refuse") throw Error(what, where, hint);
    log_warning(what + "; the first is " + where + "; " + hint);
  }

  void make_own_tokenizer(const std::vector<LabelledText>& known) {
    std::vector<std::string> training;
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (config_.data.hides_test() && config_.data.is_test(i, known[i].group)) continue;
      training.push_back(known[i].text);
      if (!known[i].second.empty()) training.push_back(known[i].second);
    }
    tokenizer_ = make_row_tokenizer(config_.data.tokenizer, training, "text.classification");
  }

  void keep_part(bool test) {
    std::vector<LabelledText> kept;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      if (config_.data.is_test(i, texts_[i].group) == test) kept.push_back(std::move(texts_[i]));
    }
    texts_ = std::move(kept);
  }

  bool asks() const { return config_.candidates > 0 && !unlabelled_; }

  /// Pairs of the second class alone: their second texts are the queries, their first ones what is
  /// looked for.
  void keep_queries() {
    if (config_.columns.second.empty() || config_.multilabel || labels_.size() != 2) {
      throw Error("candidates are for pairs with one of two classes", config_.data.root,
                  "give second and two labels, or leave candidates out");
    }
    std::erase_if(texts_, [&](const LabelledText& one) { return one.label != labels_[1]; });
    if (static_cast<std::int64_t>(texts_.size()) >= config_.candidates) return;
    throw Error(std::to_string(config_.candidates) + " candidates are asked for, there are " +
                    std::to_string(texts_.size()) + " pairs of the class '" + class_names()[1] +
                    "'",
                config_.data.root, "lower candidates, or give more pairs");
  }

  /// A query with its own first text, or with that of one of the pairs that follow a place drawn
  /// for the query: the same each time, none twice.
  Sample asked(std::int64_t index) const {
    const std::int64_t queries = static_cast<std::int64_t>(texts_.size()),
                       own = index / config_.candidates, number = index % config_.candidates;
    const auto place = static_cast<std::size_t>(own);
    Sample sample{texts_.at(place).id + " candidate " + std::to_string(number), {}};
    std::size_t from = place;
    if (number > 0) {
      Random random(mix_seed(0, "text.classification", static_cast<std::uint64_t>(own)));
      const std::int64_t others = queries - 1,
                         step = 1 + (random.integer(0, others - 1) + number) % others;
      from = static_cast<std::size_t>((own + step) % queries);
    }
    give_row(from, place, sample.fields);
    sample.fields.set("query", at::scalar_tensor(own, at::kLong));
    sample.fields.set("class", at::scalar_tensor(number == 0 ? 1 : 0, at::kLong));
    return sample;
  }

  std::vector<std::int64_t> classes_of(const LabelledText& one) const {
    std::vector<std::int64_t> classes;
    for (const std::string& label : own_labels(one, config_.multilabel)) {
      const auto found = std::find(labels_.begin(), labels_.end(), label);
      if (found == labels_.end()) {
        throw Error("the label '" + label + "' does not occur in the training texts", one.id,
                    "correct it, or add training texts");
      }
      classes.push_back(found - labels_.begin());
    }
    return classes;
  }

  void encode_texts() {
    std::vector<std::string> first, second;
    for (const LabelledText& one : texts_) {
      first.push_back(one.text);
      second.push_back(one.second);
    }
    first_ = row_tokens(*tokenizer_, first, config_.data.length);
    second_ = pairs() ? row_tokens(*tokenizer_, second, config_.data.length)
                      : std::vector<Tokens>(texts_.size());
  }

  bool pairs() const { return !config_.columns.second.empty(); }

  /// The first text of one pair with the second of another, or of the same.
  void give_row(std::size_t first_of, std::size_t second_of, Batch& fields) const {
    const bool pair = pairs();
    const auto [first, second] =
        TokenRow::fitted(first_.at(first_of), second_.at(second_of), pair, config_.data.length);
    TokenRow row(tokenizer_->special(), config_.data.length);
    row.put_pair(first, second, pair);
    row.give(fields);
  }

  Config config_;
  std::vector<LabelledText> texts_;
  std::vector<Tokens> first_, second_;  // of each text
  std::vector<std::string> labels_;
  TokenizerPointer tokenizer_;
  bool unlabelled_ = false;  // a user's files
};

const Registered<Dataset, Classification> classification{Card{
    .name = "classification",
    .summary = "texts or pairs of texts with a class or several labels",
    .needs = {},
    .yields = {"tokens", "attention_mask", "segments", "class", "target", "query"},
    .papers = {9, 20},
}};

}  // namespace warmstart::text
