// Running text as blocks of tokens: what language models learn from.
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/data/dataset.h"
#include "plugins/text/components/text_prompts.h"
#include "plugins/text/components/tokenizer_source.h"
#include "plugins/text/io/documents.h"
#include "plugins/text/io/encoding.h"

namespace warmstart::text {
namespace {

/// The texts of one part of the corpus.
using Texts = std::vector<std::string>;

/// Cuts a document at the share, at the next line start where there is one, and gives its part.
std::string part_of_text(const std::string& text, double test_share, bool test) {
  const auto wanted =
      static_cast<std::size_t>(std::floor(static_cast<double>(text.size()) * (1.0 - test_share)));
  const std::size_t line = text.find('\n', wanted == 0 ? 0 : wanted - 1);
  const bool inside = line != std::string::npos && line + 1 < text.size();
  std::size_t cut = inside ? line + 1 : wanted;
  while (cut < text.size() && (static_cast<unsigned char>(text[cut]) & 0xc0U) == 0x80) ++cut;
  return test ? text.substr(cut) : text.substr(0, cut);
}

/// A path, or a name below the resources: what comes with the program.
Path place_of_corpus(const std::string& root) {
  if (!std::filesystem::exists(root) && std::filesystem::exists(resource_dir() / root))
    return resource_dir() / root;
  return root;
}

}  // namespace

class Corpus final : public Dataset, public TextPrompts {
 public:
  struct Config {
    std::string root, split = "all", split_by = "share", field = "text", encoding = "auto";
    double test_share = 0.1;
    std::int64_t length = 128, stride = 0, limit = 0, sentinels = 0;
    std::string sentinel_style = "extra";
    std::vector<std::string> mode_tokens;
    Value tokenizer = Value::scalar("text.byte");
    void describe(Fields& fields) {
      fields
          .field("root", root,
                 "a text file, or a folder of .txt and .jsonl files; samples/... comes with the "
                 "program")
          .required();
      fields.field("split", split, "which part: all, train or test")
          .one_of({"all", "train", "test"});
      fields
          .field("split_by", split_by,
                 "share: the end of every document is for the test; file: files or folders named "
                 "train and test")
          .one_of({"share", "file"});
      fields.field("test_share", test_share, "share of a document for the test").within(0, 0.9);
      fields.field("field", field, "the field of a JSON line that holds the text");
      fields.field("encoding", encoding, "of the files; auto: UTF-8, else Latin-1")
          .one_of({"auto", "utf-8", "latin-1"});
      fields.field("length", length, "tokens in a block").at_least(2).unit("tokens");
      fields.field("stride", stride, "tokens from one block to the next; 0 = the length")
          .at_least(0)
          .unit("tokens");
      fields.field("limit", limit, "use the first so many blocks; 0 = all").at_least(0);
      fields.field("tokenizer", tokenizer, "how text becomes tokens; trained on the train part")
          .component("tokenizer");
      fields
          .field("sentinels", sentinels,
                 "tokens added to the vocabulary that stand for hidden spans: <extra_0>, ...")
          .at_least(0);
      fields
          .field("sentinel_style", sentinel_style,
                 "t5: they are called <extra_id_0>, ... and count down from the highest number, as "
                 "in T5's published vocabularies")
          .one_of({"extra", "t5"});
      fields.field("mode_tokens", mode_tokens,
                   "tokens added to the vocabulary that announce a denoiser: [NLU], [NLG], [S2S]");
    }
  };

  explicit Corpus(const Config& config) : config_(config) {
    const std::vector<Document> documents =
        read_documents(place_of_corpus(config.root), config.field, config.encoding);
    documents_ = documents.size();
    if (std::all_of(documents.begin(), documents.end(),
                    [](const Document& document) { return document.text.empty(); })) {
      throw Error("the corpus is empty", config.root, "give files with text");
    }
    const Texts training = part(documents, config.split == "all" ? "all" : "train");
    tokenizer_ = make_tokenizer(config.tokenizer, training);
    name_added_tokens();
    const Texts texts = config.split == "test" ? part(documents, "test") : training;
    const std::int32_t end = tokenizer_->special().end;
    for (const Tokens& tokens : cached_tokens(*tokenizer_, texts)) {
      tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
      if (end >= 0 && texts.size() > 1) tokens_.push_back(end);
    }
    count_blocks();
  }

  std::int64_t size() const override { return blocks_; }

  Sample get(std::int64_t index) const override {
    Sample sample{"block " + std::to_string(index), {}};
    at::Tensor tokens = at::empty({config_.length}, at::kLong);
    auto* out = tokens.data_ptr<std::int64_t>();
    const std::int64_t first = index * step();
    for (std::int64_t i = 0; i < config_.length; ++i)
      out[i] = tokens_.at(static_cast<std::size_t>(first + i));
    sample.fields.set("tokens", tokens);
    sample.fields.set("attention_mask", at::ones_like(tokens));
    return sample;
  }

  std::string token_text(std::int64_t token) const override { return name_of_token(token); }

  Json facts() const override {
    Json facts = tokenizer_facts(*tokenizer_);
    add_denoising_facts(facts);
    facts["documents"] = documents_;
    facts["tokens"] = tokens_.size();
    facts["length"] = config_.length;
    return facts;
  }

  /// A user's prompts: a line each, or JSON lines. <extra_0> and [S2S] in a prompt stand for those
  /// tokens where the corpus has them.
  std::shared_ptr<Dataset> for_files(const std::vector<std::string>& paths) const override {
    auto files = std::make_shared<Corpus>(*this);
    files->read_prompts(paths, config_.field, config_.encoding);
    return files;
  }

 private:
  bool falling() const { return config_.sentinel_style == "t5"; }
  /// Which sentinel the added token is, and which added token the sentinel.
  std::int64_t sentinel_place(std::int64_t at) const {
    return falling() ? config_.sentinels - 1 - at : at;
  }

  void name_added_tokens() {
    for (std::int64_t i = 0; i < config_.sentinels; ++i)
      added_.push_back((falling() ? "<extra_id_" : "<extra_") + std::to_string(sentinel_place(i)) +
                       ">");
    added_.insert(added_.end(), config_.mode_tokens.begin(), config_.mode_tokens.end());
  }

  /// Sentinels and mode tokens stand behind the tokenizer's own.
  void add_denoising_facts(Json& facts) const {
    std::int64_t next = tokenizer_->size();
    if (config_.sentinels > 0) {
      for (std::int64_t i = 0; i < config_.sentinels; ++i)
        facts["sentinels"].push_back(next + sentinel_place(i));
      next += config_.sentinels;
    }
    for (const std::string& name : config_.mode_tokens) facts["mode_tokens"][name] = next++;
    facts["vocabulary"] = next;
  }

  std::int64_t step() const { return config_.stride > 0 ? config_.stride : config_.length; }

  Texts part(const std::vector<Document>& documents, const std::string& name) const {
    Texts texts;
    for (const Document& document : documents) {
      if (name == "all") {
        texts.push_back(document.text);
      } else if (config_.split_by == "share") {
        texts.push_back(part_of_text(document.text, config_.test_share, name == "test"));
      } else if (document.file.stem() == name || document.file.parent_path().filename() == name) {
        texts.push_back(document.text);
      }
    }
    if (!texts.empty()) return texts;
    throw Error("no file or folder is named '" + name + "'", config_.root,
                "name them train and test, or set split_by: share");
  }

  void count_blocks() {
    const auto have = static_cast<std::int64_t>(tokens_.size());
    if (have < config_.length) {
      throw Error("the part '" + config_.split + "' has " + std::to_string(have) +
                      " tokens, a block needs " + std::to_string(config_.length),
                  config_.root, "give more text, or a smaller length");
    }
    blocks_ = (have - config_.length) / step() + 1;
    if (config_.limit > 0) blocks_ = std::min(blocks_, config_.limit);
  }

  Config config_;
  Tokens tokens_;
  std::size_t documents_ = 0;
  std::int64_t blocks_ = 0;
};

const Registered<Dataset, Corpus> corpus{Card{
    .name = "corpus",
    .summary = "running text in blocks of tokens",
    .needs = {},
    .yields = {"tokens", "attention_mask"},
    .papers = {5, 20, 28, 72},
}};

}  // namespace warmstart::text
