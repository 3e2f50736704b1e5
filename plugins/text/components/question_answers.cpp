// Questions with their answers as pairs that belong together or do not (McCreery et al. 2020): the
// intermediate task before pairs of questions are compared.
#include "plugins/text/io/question_answers.h"

#include <ATen/ATen.h>

#include <numeric>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/data/dataset.h"
#include "plugins/text/components/text_data.h"
#include "plugins/text/components/tokenizer_source.h"
#include "plugins/text/io/passages.h"

namespace warmstart::text {

/// Sample 2i belongs together (class 1), sample 2i + 1 does not (class 0). qa_match: a question and
/// its answer, or the answer of another; answer_completion: the halves of an answer, or the second
/// half of another.
class QuestionAnswers final : public Dataset {
 public:
  struct Config {
    TextDataOptions data;
    QuestionFields fields;
    std::string task = "qa_match", negatives = "same_tag";
    void describe(Fields& f) {
      data.describe_files(f, "a .json or .jsonl file of records, or a folder of such files",
                          "records that the tokenizer is trained on; empty: root");
      f.field("question", fields.question, "the field of the question");
      f.field("answer", fields.answer, "the field of its answer");
      f.field("tags", fields.tags, "the field of its tags");
      f.field(
           "task", task,
           "what is told apart: a question's own answer from another's, or the second half of an "
           "answer from another's")
          .one_of({"qa_match", "answer_completion"});
      f.field("negatives", negatives,
              "where the other answer is from: a question that shares a tag, or any")
          .one_of({"same_tag", "random"});
      data.describe_part(f);
      data.describe_tokens(f);
    }
  };

  explicit QuestionAnswers(const Config& config) : config_(config) {
    records_ = read(config.data.root);
    const std::vector<QuestionAnswer> known =
        config.data.train_root.empty() ? records_ : read(config.data.train_root);
    std::vector<std::string> training;
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (config.data.hides_test() && config.data.is_test(i)) continue;
      training.insert(training.end(), {known[i].question, known[i].answer});
    }
    tokenizer_ = make_row_tokenizer(config.data.tokenizer, training, "text.question_answers");
    keep_part();
    choose_records();
    config.data.cut(chosen_);
    encode_records();
  }

  std::int64_t size() const override { return 2 * static_cast<std::int64_t>(chosen_.size()); }

  Sample get(std::int64_t index) const override {
    const std::size_t own = chosen_.at(static_cast<std::size_t>(index / 2));
    const bool belongs = index % 2 == 0;
    const std::size_t from = belongs ? own : stranger_of(own);
    Sample sample{records_[own].id, {}};
    const auto [first, second] =
        TokenRow::fitted(first_[own], second_[from], true, config_.data.length);
    TokenRow row(tokenizer_->special(), config_.data.length);
    row.put_pair(first, second, true);
    row.give(sample.fields);
    sample.fields.set("class", at::scalar_tensor(belongs ? 1 : 0, at::kLong));
    return sample;
  }

  std::string token_text(std::int64_t token) const override {
    return tokenizer_->piece(static_cast<std::int32_t>(token));
  }

  Json facts() const override {
    Json facts = tokenizer_facts(*tokenizer_);
    facts["classes"] = 2;
    facts["class_names"] = {"of another", "its own"};
    facts["length"] = config_.data.length;
    facts["texts"] = size();
    return facts;
  }

 private:
  std::vector<QuestionAnswer> read(const std::string& root) const {
    std::size_t empty = 0;
    std::vector<QuestionAnswer> records = read_question_answers(root, config_.fields, empty);
    if (empty > 0)
      log_warning(root + ": " + std::to_string(empty) + " records without text were left out");
    return records;
  }

  void keep_part() {
    if (config_.data.split == "all") return;
    std::vector<QuestionAnswer> kept;
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (config_.data.is_test(i) == (config_.data.split == "test"))
        kept.push_back(std::move(records_[i]));
    }
    records_ = std::move(kept);
  }

  /// Those that have somebody to be confused with, and halves where these are asked for.
  void choose_records() {
    if (config_.negatives == "same_tag") partners_ = tag_partners(records_);
    std::size_t alone = 0;
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (!partners_.empty() && partners_[i].empty()) {
        ++alone;
      } else if (config_.task == "qa_match" || !halves_of(records_[i].answer).second.empty()) {
        chosen_.push_back(i);
      }
    }
    if (chosen_.size() < 2 || alone * 5 > records_.size()) {
      throw Error(std::to_string(alone) + " of " + std::to_string(records_.size()) +
                      " records share no tag with another",
                  config_.data.root, "choose negatives: random, or supply tags");
    }
    if (alone > 0)
      log_warning(config_.data.root + ": " + std::to_string(alone) +
                  " records that share no tag with another were left out");
  }

  /// Of every record, because any may be another's stranger.
  void encode_records() {
    std::vector<std::string> first, second;
    for (const QuestionAnswer& record : records_) {
      auto [begin, end] = config_.task == "qa_match" ? std::pair(record.question, record.answer)
                                                     : halves_of(record.answer);
      first.push_back(std::move(begin));
      second.push_back(std::move(end));
    }
    first_ = row_tokens(*tokenizer_, first, config_.data.length);
    second_ = row_tokens(*tokenizer_, second, config_.data.length);
  }

  /// The record whose answer is wrong for this one: the same each time.
  std::size_t stranger_of(std::size_t own) const {
    Random random(mix_seed(0, "text.question_answers", own));
    if (!partners_.empty()) {
      const auto last = static_cast<std::int64_t>(partners_[own].size()) - 1;
      return partners_[own][static_cast<std::size_t>(random.integer(0, last))];
    }
    const auto last = static_cast<std::int64_t>(records_.size()) - 2;
    const auto other = static_cast<std::size_t>(random.integer(0, last));
    return other < own ? other : other + 1;
  }

  Config config_;
  std::vector<QuestionAnswer> records_;
  std::vector<std::vector<std::size_t>> partners_;  // by record; empty = any
  std::vector<std::size_t> chosen_;                 // records that samples are about
  std::vector<Tokens> first_, second_;              // by record
  TokenizerPointer tokenizer_;
};

const Registered<Dataset, QuestionAnswers> question_answers{Card{
    .name = "question_answers",
    .summary = "questions and answers that belong together or do not",
    .needs = {},
    .yields = {"tokens", "attention_mask", "segments", "class"},
    .papers = {9},
}};

}  // namespace warmstart::text
