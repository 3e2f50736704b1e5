// Corpora larger than memory: blocks of tokens read from the files when they are asked for.
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "plugins/text/components/text_prompts.h"
#include "plugins/text/components/tokenizer_source.h"
#include "plugins/text/io/encoding.h"
#include "plugins/text/io/text_stream.h"

namespace warmstart::text {

/// A part of each file of a stream, one after the other.
class StreamLine {
 public:
  StreamLine() = default;
  explicit StreamLine(std::vector<std::pair<std::uint64_t, std::uint64_t>> parts)
      : parts_(std::move(parts)) {
    for (const auto& [begin, end] : parts_) starts_.push_back(starts_.back() + (end - begin));
  }
  std::uint64_t bytes() const { return starts_.back(); }
  std::size_t files() const { return parts_.size(); }
  std::uint64_t begin(std::size_t file) const { return parts_[file].first; }
  std::uint64_t end(std::size_t file) const { return parts_[file].second; }
  /// The file and the byte in it that stand at that place of the line.
  std::pair<std::size_t, std::uint64_t> at(std::uint64_t place) const {
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), place);
    const auto file = static_cast<std::size_t>(after - starts_.begin() - 1);
    return {file, begin(file) + (place - starts_[file])};
  }

 private:
  std::vector<std::pair<std::uint64_t, std::uint64_t>> parts_;
  std::vector<std::uint64_t> starts_{0};
};

/// Block i begins at byte i * stride of all files, one behind the other (moved to the next word),
/// where the stride is the mean number of bytes that a block's tokens take in a sample of the
/// corpus. So every block can be drawn at any time, in any order, without the others; blocks
/// overlap or leave gaps of a few tokens where text is denser or thinner than on average. A block
/// goes on in the next document, with the tokenizer's end token between; only the last ones are
/// padded.
class Stream final : public Dataset, public TextPrompts {
 public:
  struct Config {
    std::string root, field = "text", encoding = "auto", split = "all";
    double test_share = 0.01;
    std::int64_t length = 128, limit = 0, sample_bytes = 8 << 20;
    Value tokenizer = Value::scalar("text.byte");
    void describe(Fields& fields) {
      fields
          .field(
              "root", root,
              "a text file or a file of JSON lines, or a folder of .txt and .jsonl files, of any "
              "size")
          .required();
      fields.field("field", field, "the field of a JSON line that holds the text");
      fields
          .field("encoding", encoding,
                 "of the files; auto: UTF-8 where a file's first 64 KiB are, else Latin-1")
          .one_of({"auto", "utf-8", "latin-1"});
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

  explicit Stream(const Config& config)
      : config_(config), stream_(config.root, {config.field, config.encoding}) {
    own_ = line_of(config.split);
    if (own_.bytes() == 0)
      throw Error("the part '" + config.split + "' is empty", config.root,
                  "choose another test_share");
    const Sampled sample = sampled(line_of(config.split == "all" ? "all" : "train"));
    tokenizer_ = make_tokenizer(config.tokenizer, sample.texts);
    if (tokenizer_->special().pad < 0)
      throw Error("the tokenizer lacks a padding token", "text.stream",
                  "use one with special tokens, such as text.byte");
    std::size_t tokens = 0;
    for (const Tokens& each : encoded(*tokenizer_, sample.texts)) tokens += each.size();
    const double per_token =
        static_cast<double>(sample.bytes) / std::max<double>(1, static_cast<double>(tokens));
    stride_ = std::max<std::uint64_t>(
        1,
        static_cast<std::uint64_t>(std::llround(per_token * static_cast<double>(config.length))));
    blocks_ = static_cast<std::int64_t>((own_.bytes() + stride_ - 1) / stride_);
    if (config.limit > 0) blocks_ = std::min(config.limit, blocks_);
  }

  std::int64_t size() const override { return blocks_; }

  Sample get(std::int64_t index) const override {
    const auto length = static_cast<std::size_t>(config_.length);
    auto [file, offset] = own_.at(static_cast<std::uint64_t>(index) * stride_);
    Sample sample;
    Tokens found;
    while (found.size() < length && file < own_.files()) {
      if (offset >= own_.end(file)) {
        if (++file < own_.files()) offset = own_.begin(file);
        continue;
      }
      const TextStream::Piece piece = next_piece(file, offset, length - found.size(), found);
      if (sample.id.empty()) sample.id = piece.id;
      offset = piece.next;
    }
    const auto used = static_cast<std::int64_t>(std::min(found.size(), length));
    found.resize(length, tokenizer_->special().pad);
    at::Tensor visible = at::zeros({config_.length}, at::kLong);
    visible.slice(0, 0, used).fill_(1);
    sample.fields.set("tokens",
                      at::tensor(std::vector<std::int64_t>(found.begin(), found.end()), at::kLong));
    sample.fields.set("attention_mask", visible);
    return sample;
  }

  std::string token_text(std::int64_t token) const override { return name_of_token(token); }

  Json facts() const override {
    Json facts = tokenizer_facts(*tokenizer_);
    facts["documents"] = stream_.files();
    facts["length"] = config_.length;
    facts["bytes"] = stream_.bytes();
    facts["block_bytes"] = stride_;
    return facts;
  }

  /// A user's prompts: a line each, or JSON lines.
  std::shared_ptr<Dataset> for_files(const std::vector<std::string>& paths) const override {
    auto files = std::make_shared<Stream>(*this);
    files->read_prompts(paths, config_.field, config_.encoding);
    return files;
  }

 private:
  static constexpr std::uint64_t kSampledPiece = 1 << 16;

  struct Sampled {
    std::vector<std::string> texts;
    std::uint64_t bytes = 0;  ///< that they take in the files
  };

  /// The document's next piece, with at least `wanted` tokens or up to its end; adds its tokens,
  /// and behind its end the end token where there are several documents.
  TextStream::Piece next_piece(std::size_t file, std::uint64_t offset, std::size_t wanted,
                               Tokens& found) const {
    const std::uint64_t block = 2 * stride_ + 256;
    std::size_t count = static_cast<std::size_t>(block);
    for (;; count *= 2) {
      TextStream::Piece piece = stream_.read(file, offset, own_.end(file), count);
      const Tokens tokens = tokenizer_->encode(piece.text);
      if (!piece.ends && tokens.size() < wanted) continue;
      found.insert(found.end(), tokens.begin(), tokens.end());
      const std::int32_t end = tokenizer_->special().end;
      if (piece.ends && !tokens.empty() && end >= 0 && several()) found.push_back(end);
      return piece;
    }
  }

  bool several() const { return stream_.files() > 1 || stream_.has_lines(0); }

  /// What is taken of each file: all, or one side of its cut.
  StreamLine line_of(const std::string& split) const {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> parts;
    for (std::size_t file = 0; file < stream_.files(); ++file) {
      const std::uint64_t size = stream_.file_bytes(file);
      const auto wanted =
          static_cast<std::uint64_t>(static_cast<double>(size) * (1.0 - config_.test_share));
      const std::uint64_t cut = split == "all" ? size : stream_.cut_near(file, wanted);
      parts.emplace_back(split == "test" ? cut : 0, split == "test" ? size : cut);
    }
    return StreamLine(std::move(parts));
  }

  /// Pieces at even distances over the whole corpus.
  Sampled sampled(const StreamLine& line) const {
    Sampled sample;
    const std::uint64_t pieces = std::max<std::uint64_t>(
                            1, static_cast<std::uint64_t>(config_.sample_bytes) / kSampledPiece),
                        step = std::max<std::uint64_t>(line.bytes() / pieces, kSampledPiece);
    for (std::uint64_t place = 0; place < line.bytes(); place += step) {
      auto [file, offset] = line.at(place);
      for (std::uint64_t taken = 0; taken < kSampledPiece && file < line.files();) {
        if (offset >= line.end(file)) {
          if (++file < line.files()) offset = line.begin(file);
          continue;
        }
        TextStream::Piece piece = stream_.read(file, offset, line.end(file),
                                               static_cast<std::size_t>(kSampledPiece - taken));
        const std::uint64_t own = std::max<std::uint64_t>(1, piece.next - offset);
        taken += own;
        offset += own;
        sample.bytes += own;
        if (!piece.text.empty()) sample.texts.push_back(std::move(piece.text));
      }
    }
    return sample;
  }

  Config config_;
  TextStream stream_;
  StreamLine own_;
  std::uint64_t stride_ = 1;
  std::int64_t blocks_ = 0;
};

const Registered<Dataset, Stream> stream{Card{
    .name = "stream",
    .summary = "blocks of tokens from text larger than memory",
    .needs = {},
    .yields = {"tokens", "attention_mask"},
    .papers = {5, 28, 72},
}};

}  // namespace warmstart::text
