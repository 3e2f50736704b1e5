// Two texts of which the second may belong to the first: what BERT's next-sentence prediction
// (Devlin et al. 2019) and sentence-order prediction (Lan et al. 2020) learn from; and the same
// texts alone.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "plugins/text/components/text_data.h"
#include "plugins/text/components/tokenizer_source.h"
#include "plugins/text/io/encoding.h"
#include "plugins/text/io/passages.h"
#include "plugins/text/io/token_weights.h"

namespace warmstart::text {

/// With pairs, sample 2i is passage i as it stands (class 0), and sample 2i + 1 its counterpart
/// (class 1): nsp: its first half and the second half of a passage of another document; sop: its
/// halves swapped.
class SentencePairs final : public Dataset {
 public:
  struct Config {
    TextDataOptions data;
    std::string field = "text", pairs = "none", replacements = "none";
    std::int64_t tfidf_top = 2000;
    void describe(Fields& fields) {
      data.describe_files(fields,
                          "a text file with a blank line between documents, JSON lines, a .conll "
                          "file, or a folder of texts",
                          "texts that the tokenizer is trained on; empty: root");
      fields
          .field(
              "pairs", pairs,
              "none: the text alone; nsp: its second half or that of another; sop: its halves in "
              "their order or swapped")
          .one_of({"none", "nsp", "sop"});
      fields
          .field("replacements", replacements,
                 "table of tokens for masked_token's replace_source: as often as they occur, or by "
                 "how well they tell documents apart")
          .one_of({"none", "unigram", "tfidf"});
      fields.field("tfidf_top", tfidf_top, "tokens in the table of telling words").at_least(1);
      fields.field("field", field, "the field of a JSON line that holds the text");
      data.describe_encoding(fields);
      data.describe_part(fields);
      data.describe_tokens(fields);
    }
  };

  explicit SentencePairs(const Config& config) : config_(config) {
    const std::string& known =
        config.data.train_root.empty() ? config.data.root : config.data.train_root;
    std::vector<std::string> training;
    for (const Passage& passage : read(known, false)) {
      if (config.data.hides_test() && config.data.is_test(passage.document)) continue;
      training.push_back(whole(passage));
    }
    tokenizer_ = make_row_tokenizer(config.data.tokenizer, training, "text.sentence_pairs");
    passages_ = read(config.data.root, true);
    if (config.data.split != "all") {
      std::erase_if(passages_, [&](const Passage& passage) {
        return config.data.is_test(passage.document) != (config.data.split == "test");
      });
    }
    config.data.cut(passages_);
    if (config.pairs != "none") check_pairs();
    if (config.replacements != "none") make_table(training);
    encode_passages();
  }

  std::int64_t size() const override {
    return static_cast<std::int64_t>(passages_.size()) * (config_.pairs == "none" ? 1 : 2);
  }

  Sample get(std::int64_t index) const override {
    const bool pair = config_.pairs != "none";
    const auto place = static_cast<std::size_t>(pair ? index / 2 : index);
    const Passage& passage = passages_.at(place);
    const bool other = pair && index % 2 == 1;
    Sample sample{passage.id, {}};
    const bool swapped = other && config_.pairs == "sop";
    const std::size_t from = other && !swapped ? stranger_of(place) : place;
    const auto [first, second] =
        TokenRow::fitted(swapped ? second_[place] : first_[place],
                         swapped ? first_[place] : second_[from], pair, config_.data.length);
    TokenRow row(tokenizer_->special(), config_.data.length);
    row.put_pair(first, second, pair);
    row.give(sample.fields);
    if (pair) sample.fields.set("class", at::scalar_tensor(other ? 1 : 0, at::kLong));
    return sample;
  }

  std::string token_text(std::int64_t token) const override {
    return tokenizer_->piece(static_cast<std::int32_t>(token));
  }

  Json facts() const override {
    Json facts = tokenizer_facts(*tokenizer_);
    facts["length"] = config_.data.length;
    facts["texts"] = passages_.size();
    if (config_.pairs != "none") {
      facts["classes"] = 2;
      facts["class_names"] = {"as it stands", config_.pairs == "nsp" ? "of another" : "swapped"};
    }
    if (config_.replacements != "none")
      facts["replacements"] = {
          {"source", config_.replacements}, {"tokens", table_.tokens}, {"weights", table_.weights}};
    return facts;
  }

 private:
  static std::string whole(const Passage& passage) {
    return passage.second.empty() ? passage.first : passage.first + " " + passage.second;
  }

  /// Whole documents, or cut to what fits a row.
  std::vector<Passage> read(const std::string& root, bool cut) const {
    const std::int64_t room = config_.data.length - (config_.pairs == "none" ? 2 : 3);
    const auto parts = [&](const std::vector<std::string>& texts) {
      std::vector<std::size_t> needed(texts.size(), 1);
      if (!cut) return needed;
      const std::vector<Tokens> lists = cached_tokens(*tokenizer_, texts);
      for (std::size_t i = 0; i < lists.size(); ++i) {
        const auto tokens = static_cast<std::int64_t>(lists[i].size());
        needed[i] = static_cast<std::size_t>((tokens + room - 1) / room);
      }
      return needed;
    };
    return read_passages(root, {config_.field, config_.data.encoding, parts});
  }

  void check_pairs() {
    std::erase_if(passages_, [](const Passage& passage) { return passage.second.empty(); });
    const bool several =
        !passages_.empty() && passages_.front().document != passages_.back().document;
    if (several || (config_.pairs == "sop" && !passages_.empty())) return;
    throw Error("too few texts of two words or more for pairs", config_.data.root,
                "give at least two documents, or set pairs: none");
  }

  void encode_passages() {
    std::vector<std::string> first, second;
    const bool pair = config_.pairs != "none";
    for (const Passage& passage : passages_) {
      first.push_back(pair ? passage.first : whole(passage));
      second.push_back(passage.second);
    }
    first_ = row_tokens(*tokenizer_, first, config_.data.length);
    second_ = pair ? row_tokens(*tokenizer_, second, config_.data.length)
                   : std::vector<Tokens>(passages_.size());
  }

  /// A passage of another document, the same one each time.
  std::size_t stranger_of(std::size_t place) const {
    const auto last = static_cast<std::int64_t>(passages_.size()) - 1;
    Random random(mix_seed(0, "text.nsp", place));
    for (;;) {
      const auto other = static_cast<std::size_t>(random.integer(0, last));
      if (passages_[other].document != passages_[place].document) return other;
    }
  }

  void make_table(const std::vector<std::string>& training) {
    const std::vector<Tokens> documents = cached_tokens(*tokenizer_, training);
    table_ = config_.replacements == "tfidf"
                 ? tfidf_weights(documents, *tokenizer_, config_.tfidf_top)
                 : unigram_weights(documents, *tokenizer_);
    if (!table_.tokens.empty()) return;
    throw Error("no token is left for the table of replacements", config_.data.root,
                "give more documents, or set replacements: none");
  }

  Config config_;
  std::vector<Passage> passages_;
  std::vector<Tokens> first_, second_;  // of each passage; without pairs all of it is the first
  TokenizerPointer tokenizer_;
  TokenWeights table_;
};

const Registered<Dataset, SentencePairs> sentence_pairs{Card{
    .name = "sentence_pairs",
    .summary = "texts alone, or in two halves that belong together or do not",
    .needs = {},
    .yields = {"tokens", "attention_mask", "segments", "class"},
    .papers = {20},
}};

}  // namespace warmstart::text
