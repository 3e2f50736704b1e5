// SentencePiece behind the interface of io/sentencepiece_library.h; see there for why it is apart.
#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <unordered_map>

#include "plugins/text/io/sentencepiece_library.h"

namespace warmstart::text {
namespace {

SentencePieceFault fault_of(const sentencepiece::util::Status& status) {
  return status.ok() ? "" : status.ToString();
}

class LoadedModel final : public SentencePieceModel {
 public:
  SentencePieceFault load(const std::string& bytes) override {
    return fault_of(processor_.LoadFromSerializedProto(bytes));
  }
  SentencePieceFault encode(std::string_view text, std::vector<int>& numbers) const override {
    return fault_of(processor_.Encode({text.data(), text.size()}, &numbers));
  }
  SentencePieceFault decode(const std::vector<int>& numbers, std::string& text) const override {
    return fault_of(processor_.Decode(numbers, &text));
  }
  int size() const override { return processor_.GetPieceSize(); }
  std::string piece(int number) const override { return processor_.IdToPiece(number); }
  int number_of(const std::string& piece) const override { return processor_.PieceToId(piece); }
  int pad() const override { return processor_.pad_id(); }
  int unknown() const override { return processor_.unk_id(); }
  int begin() const override { return processor_.bos_id(); }
  int end() const override { return processor_.eos_id(); }

 private:
  sentencepiece::SentencePieceProcessor processor_;
};

/// Hands the lines to the trainer.
class LineIterator final : public sentencepiece::SentenceIterator {
 public:
  explicit LineIterator(const std::vector<std::string>& lines) : lines_(lines) {}
  bool done() const override { return at_ >= lines_.size(); }
  void Next() override { ++at_; }
  const std::string& value() const override { return lines_[at_]; }
  sentencepiece::util::Status status() const override { return {}; }

 private:
  const std::vector<std::string>& lines_;
  std::size_t at_ = 0;
};

class LoadedLibrary final : public SentencePieceLibrary {
 public:
  std::unique_ptr<SentencePieceModel> make_model() const override {
    return std::make_unique<LoadedModel>();
  }
  SentencePieceFault train(const std::vector<std::pair<std::string, std::string>>& options,
                           const std::vector<std::string>& lines,
                           std::string& model) const override {
    const std::unordered_map<std::string, std::string> named(options.begin(), options.end());
    LineIterator iterator(lines);
    return fault_of(sentencepiece::SentencePieceTrainer::Train(named, &iterator, &model));
  }
};

}  // namespace
}  // namespace warmstart::text

extern "C" __attribute__((visibility("default"))) const warmstart::text::SentencePieceLibrary*
warmstart_sentencepiece_library() {
  static const warmstart::text::LoadedLibrary library;
  return &library;
}
