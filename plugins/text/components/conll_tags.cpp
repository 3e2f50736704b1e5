// Sentences whose words have tags, in columns (CoNLL): what taggers of entities learn from.
#include <ATen/ATen.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/data/dataset.h"
#include "core/data/prediction_table.h"
#include "plugins/text/components/text_data.h"
#include "plugins/text/components/tokenizer_source.h"
#include "plugins/text/io/conll.h"
#include "plugins/text/io/tag_scheme.h"

namespace warmstart::text {

class ConllTags final : public Dataset {
 public:
  struct Config {
    TextDataOptions data;
    TagColumns columns;
    std::string scheme = "auto";
    void describe(Fields& fields) {
      data.describe_files(fields, "a file of columns, a word a line, a blank line after a sentence",
                          "sentences that the tokenizer and the tags are taken from; empty: root");
      fields.field("word", columns.word, "column of the word").at_least(1);
      fields.field("tag", columns.tag, "column of the tag; 0 = the last one").at_least(0);
      fields
          .field("scheme", scheme,
                 "how tags mark entities; auto: BIO where a B- occurs, with a stray I- taken as B-")
          .one_of({"auto", "bio", "io"});
      data.describe_encoding(fields);
      data.describe_part(fields);
      data.describe_tokens(fields);
    }
  };

  explicit ConllTags(const Config& config) : config_(config) {
    sentences_ = read(config.data.root);
    const std::vector<TaggedSentence> known =
        config.data.train_root.empty() ? sentences_ : read(config.data.train_root);
    std::set<std::string> found;
    std::vector<std::string> training;
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (config.data.hides_test() && config.data.is_test(i)) continue;
      training.push_back(words_text(known[i].words));
      found.insert(known[i].tags.begin(), known[i].tags.end());
    }
    name_tags(found);
    tokenizer_ = make_row_tokenizer(config.data.tokenizer, training, "text.conll_tags");
    keep_part();
    config.data.cut(sentences_);
    for (const TaggedSentence& sentence : sentences_) check_known(sentence);
    remember_words(sentences_);
  }

  std::int64_t size() const override { return static_cast<std::int64_t>(sentences_.size()); }

  Sample get(std::int64_t index) const override {
    const TaggedSentence& sentence = sentences_.at(static_cast<std::size_t>(index));
    Sample sample{name_of(sentence), {}};
    TokenRow row(tokenizer_->special(), config_.data.length);
    at::Tensor tags = at::full({config_.data.length}, kNoTag, at::kLong);
    row.put(tokenizer_->special().begin);
    for (std::size_t i = 0; i < sentence.words.size(); ++i) {
      const Tokens& pieces = pieces_of(sentence.words[i]);
      // A word that does not fit whole is left out, and all after it: so is its tag.
      if (row.used() + static_cast<std::int64_t>(pieces.size()) >= config_.data.length) break;
      tags[row.used()] = unlabelled_ ? 0 : tag_number(sentence.tags[i]);
      for (const std::int32_t piece : pieces) row.put(piece);
    }
    row.put(tokenizer_->special().end);
    row.give(sample.fields);
    sample.fields.set("tags", tags);
    return sample;
  }

  std::string token_text(std::int64_t token) const override {
    return tokenizer_->piece(static_cast<std::int32_t>(token));
  }

  Json facts() const override {
    Json facts = tokenizer_facts(*tokenizer_);
    facts["classes"] = tags_.size();
    facts["class_names"] = tags_;
    facts["length"] = config_.data.length;
    facts["texts"] = size();
    return facts;
  }

  std::shared_ptr<Dataset> for_files(const std::vector<std::string>& paths) const override {
    auto files = std::make_shared<ConllTags>(*this);
    files->unlabelled_ = true;
    files->sentences_.clear();
    std::set<std::string> stems;
    std::vector<TaggedSentence> sentences;
    for (const std::string& path : paths) {
      if (!stems.insert(Path(path).stem().string()).second)
        throw Error("two files of the same name", path, "predict them into two folders");
      for (TaggedSentence& sentence : read_untagged(path, config_.columns, config_.data.encoding))
        sentences.push_back(std::move(sentence));
    }
    files->remember_words(sentences);
    for (TaggedSentence& sentence : sentences) files->add_in_parts(std::move(sentence));
    if (files->sentences_.empty())
      throw Error("no words there", paths.front(), "write a sentence a line, or a word a line");
    return files;
  }

  std::vector<std::filesystem::path> save_prediction(
      std::int64_t index, const Batch& outputs,
      const std::filesystem::path& folder) const override {
    const TaggedSentence& sentence = sentences_.at(static_cast<std::size_t>(index));
    const std::vector<std::string> tags = predicted_tags(sentence, outputs);
    const auto place = static_cast<std::size_t>(index);
    const bool first = place == 0 || sentences_[place - 1].file != sentence.file;
    const bool last = place + 1 == sentences_.size() || sentences_[place + 1].file != sentence.file;
    const Path file = folder / (Path(sentence.file).stem().string() + ".conll");
    if (first) write_atomically(file, "");
    std::string lines;
    for (std::size_t i = 0; i < tags.size(); ++i)
      lines += sentence.words[i] + "\t" + tags[i] + "\n";
    append_line(file, sentence.goes_on ? lines.substr(0, lines.size() - 1) : lines);
    return last ? std::vector<std::filesystem::path>{file} : std::vector<std::filesystem::path>{};
  }

 private:
  static constexpr std::int64_t kNoTag = -100;

  std::vector<TaggedSentence> read(const std::string& root) const {
    std::vector<TaggedSentence> sentences =
        read_tagged(root, config_.columns, config_.data.encoding);
    if (sentences.empty())
      throw Error("no sentences there", root, "give a file with a word and its tag on each line");
    const TagReport report = check_tags(sentences, config_.scheme, root);
    if (report.begun > 0)
      log_warning(root + ": " + std::to_string(report.begun) +
                  " I- tags without an entity before them were taken as B-");
    return sentences;
  }

  /// O first, then types in alphabetical order, each with its B- before its I-.
  void name_tags(const std::set<std::string>& found) {
    tags_.assign(found.begin(), found.end());
    std::stable_sort(tags_.begin(), tags_.end(),
                     [](const auto& a, const auto& b) { return entity_type(a) < entity_type(b); });
    if (tags_.front() != "O") tags_.insert(tags_.begin(), "O");
  }

  void keep_part() {
    if (config_.data.split == "all") return;
    std::vector<TaggedSentence> kept;
    for (std::size_t i = 0; i < sentences_.size(); ++i) {
      if (config_.data.is_test(i) == (config_.data.split == "test"))
        kept.push_back(std::move(sentences_[i]));
    }
    sentences_ = std::move(kept);
  }

  std::int64_t tag_number(const std::string& tag) const {
    const auto found = std::find(tags_.begin(), tags_.end(), tag);
    return found == tags_.end() ? -1 : found - tags_.begin();
  }

  void check_known(const TaggedSentence& sentence) const {
    for (std::size_t i = 0; i < sentence.tags.size(); ++i) {
      if (tag_number(sentence.tags[i]) >= 0) continue;
      throw Error("the tag '" + sentence.tags[i] + "' does not occur in the training sentences",
                  sentence.file + ":" + std::to_string(sentence.line + i),
                  "correct it, or add training sentences");
    }
  }

  /// Keeps the pieces of each different word, at least one: a word that nothing is left of is
  /// unknown.
  void remember_words(const std::vector<TaggedSentence>& sentences) {
    std::set<std::string> different;
    for (const TaggedSentence& sentence : sentences)
      different.insert(sentence.words.begin(), sentence.words.end());
    const std::vector<std::string> words(different.begin(), different.end());
    std::vector<Tokens> pieces = row_tokens(*tokenizer_, words, config_.data.length - 2);
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (pieces[i].empty()) pieces[i].push_back(std::max(tokenizer_->special().unknown, 0));
      pieces_.insert_or_assign(words[i], std::move(pieces[i]));
    }
  }

  const Tokens& pieces_of(const std::string& word) const { return pieces_.at(word); }

  /// A new sentence too long for a row is tagged in parts.
  void add_in_parts(TaggedSentence sentence) {
    std::int64_t used = 1;
    TaggedSentence part{sentence.line, sentence.file, {}, {}, true};
    for (std::size_t i = 0; i < sentence.words.size(); ++i) {
      const auto pieces = static_cast<std::int64_t>(pieces_of(sentence.words[i]).size());
      if (used + pieces >= config_.data.length) {
        sentences_.push_back(part);
        part.words.clear();
        used = 1;
      }
      used += pieces;
      part.words.push_back(std::move(sentence.words[i]));
    }
    part.goes_on = false;
    sentences_.push_back(std::move(part));
  }

  std::vector<std::string> predicted_tags(const TaggedSentence& sentence,
                                          const Batch& outputs) const {
    const at::Tensor logits_TK = outputs.get("logits");
    if (logits_TK.dim() != 2 || logits_TK.size(1) != static_cast<std::int64_t>(tags_.size())) {
      throw Error("the model does not give every token one score a tag", name_of(sentence),
                  "predict with bert_encoder and output: token");
    }
    const at::Tensor best_T = logits_TK.argmax(1).to(at::kCPU);
    std::vector<std::string> tags;
    std::int64_t at = 1;
    for (const std::string& word : sentence.words) {
      tags.push_back(tags_[static_cast<std::size_t>(best_T[at].item<std::int64_t>())]);
      at += static_cast<std::int64_t>(pieces_of(word).size());
    }
    return tags;
  }

  Config config_;
  std::vector<TaggedSentence> sentences_;
  std::vector<std::string> tags_;
  std::unordered_map<std::string, Tokens> pieces_;  // of each word
  TokenizerPointer tokenizer_;
  bool unlabelled_ = false;  // a user's files
};

const Registered<Dataset, ConllTags> conll_tags{Card{
    .name = "conll_tags",
    .summary = "sentences with a tag for each word, which marks entities",
    .needs = {},
    .yields = {"tokens", "attention_mask", "segments", "tags"},
    .papers = {20},
}};

}  // namespace warmstart::text
