// Corpora larger than memory: blocks of tokens read from the files when they are asked for.
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "plugins/text/components/tokenizer_source.h"
#include "plugins/text/io/text_stream.h"

namespace warmstart::text {

/// Block i begins at byte i * stride of its file (moved to the next word), where the stride is the
/// mean number of bytes that a block's tokens take in a sample of the corpus. So every block can be
/// drawn at any time, in any order, without the others; blocks overlap or leave gaps of a few
/// tokens where text is denser or thinner than on average.
class Stream final : public Dataset {
 public:
  struct Config {
    std::string root, encoding = "utf-8", split = "all";
    double test_share = 0.01;
    std::int64_t length = 128, limit = 0, sample_bytes = 8 << 20;
    Value tokenizer = Value::scalar("text.byte");
    void describe(Fields& fields) {
      fields.field("root", root, "a text file, or a folder of .txt files, of any size").required();
      fields.field("encoding", encoding, "of the files").one_of({"utf-8", "latin-1"});
      fields.field("split", split, "which part: all, train, or test, which ends each file")
          .one_of({"all", "train", "test"});
      fields.field("test_share", test_share, "share of each file for the test").within(0, 0.9);
      fields.field("length", length, "tokens in a block").at_least(2).unit("tokens");
      fields.field("limit", limit, "use the first so many blocks; 0 = all").at_least(0);
      fields
          .field("sample_bytes", sample_bytes,
                 "text, taken evenly from the corpus, that the tokenizer is trained on and the "
                 "blocks are measured with")
          .at_least(4096)
          .unit("bytes");
      fields.field("tokenizer", tokenizer, "how text becomes tokens").component("tokenizer");
    }
  };

  explicit Stream(const Config& config) : config_(config), stream_(config.root, config.encoding) {
    const std::vector<std::string> sample = sampled();
    tokenizer_ = make_tokenizer(config.tokenizer, sample);
    if (tokenizer_->special().pad < 0)
      throw Error("the tokenizer lacks a padding token", "text.stream",
                  "use one with special tokens, such as text.byte");
    std::size_t bytes = 0, tokens = 0;
    for (const std::string& text : sample) {
      bytes += text.size();
      tokens += tokenizer_->encode(text).size();
    }
    const double per_token =
        static_cast<double>(bytes) / std::max<double>(1, static_cast<double>(tokens));
    stride_ = std::max<std::uint64_t>(
        1,
        static_cast<std::uint64_t>(std::llround(per_token * static_cast<double>(config.length))));
    place_blocks();
  }

  std::int64_t size() const override {
    return config_.limit > 0 ? std::min(config_.limit, first_.back()) : first_.back();
  }

  Sample get(std::int64_t index) const override {
    const auto after = std::upper_bound(first_.begin(), first_.end(), index);
    const auto file = static_cast<std::size_t>(after - first_.begin() - 1);
    const std::uint64_t offset =
        begin_of(file) + static_cast<std::uint64_t>(index - first_[file]) * stride_;
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(2 * stride_ + 256, end_of(file) - offset));
    const TextStream::Piece piece = stream_.read(file, offset, count);
    Tokens found = tokenizer_->encode(piece.text);
    const auto length = static_cast<std::size_t>(config_.length);
    const auto used = static_cast<std::int64_t>(std::min(found.size(), length));
    found.resize(length, tokenizer_->special().pad);
    Sample sample{piece.id, {}};
    at::Tensor visible = at::zeros({config_.length}, at::kLong);
    visible.slice(0, 0, used).fill_(1);
    sample.fields.set("tokens",
                      at::tensor(std::vector<std::int64_t>(found.begin(), found.end()), at::kLong));
    sample.fields.set("attention_mask", visible);
    return sample;
  }

  std::string token_text(std::int64_t token) const override {
    return tokenizer_->piece(static_cast<std::int32_t>(token));
  }

  Json facts() const override {
    Json facts = tokenizer_facts(*tokenizer_);
    facts["documents"] = stream_.files();
    facts["length"] = config_.length;
    facts["bytes"] = stream_.bytes();
    facts["block_bytes"] = stride_;
    return facts;
  }

 private:
  static constexpr std::size_t kSampledPiece = 1 << 16;

  /// Pieces at even distances over the whole corpus, the test part left out.
  std::vector<std::string> sampled() const {
    std::vector<std::string> texts;
    const auto pieces = std::max<std::uint64_t>(
        1, static_cast<std::uint64_t>(config_.sample_bytes) / kSampledPiece);
    for (std::size_t file = 0; file < stream_.files(); ++file) {
      const std::uint64_t end = config_.split == "all" ? stream_.file_bytes(file) : cut_of(file);
      const std::uint64_t own =
          std::max<std::uint64_t>(1, pieces * stream_.file_bytes(file) / stream_.bytes());
      const std::uint64_t step = std::max<std::uint64_t>(end / own, kSampledPiece);
      for (std::uint64_t at = 0; at < end; at += step) {
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(kSampledPiece, end - at));
        texts.push_back(stream_.read(file, at, count).text);
      }
    }
    return texts;
  }

  std::uint64_t cut_of(std::size_t file) const {
    const auto size = static_cast<double>(stream_.file_bytes(file));
    return static_cast<std::uint64_t>(size * (1.0 - config_.test_share));
  }
  std::uint64_t begin_of(std::size_t file) const {
    return config_.split == "test" ? cut_of(file) : 0;
  }
  std::uint64_t end_of(std::size_t file) const {
    return config_.split == "train" ? cut_of(file) : stream_.file_bytes(file);
  }

  /// Number of the first block of each file, and of all blocks at the end.
  void place_blocks() {
    first_ = {0};
    for (std::size_t file = 0; file < stream_.files(); ++file) {
      const std::uint64_t bytes = end_of(file) - begin_of(file);
      first_.push_back(first_.back() + static_cast<std::int64_t>((bytes + stride_ - 1) / stride_));
    }
    if (first_.back() > 0) return;
    throw Error("the part '" + config_.split + "' is empty", config_.root,
                "choose another test_share");
  }

  Config config_;
  TextStream stream_;
  TokenizerPointer tokenizer_;
  std::uint64_t stride_ = 1;
  std::vector<std::int64_t> first_;
};

const Registered<Dataset, Stream> stream{Card{
    .name = "stream",
    .summary = "blocks of tokens from text larger than memory",
    .needs = {},
    .yields = {"tokens", "attention_mask"},
    .papers = {5, 28, 72},
}};

}  // namespace warmstart::text
