#include "plugins/text/io/sentencepiece_tokenizer.h"

#include <sstream>

#include "core/base/error.h"
#include "plugins/text/io/sentencepiece_library.h"

namespace warmstart::text {
namespace {

constexpr std::uintmax_t kLargestModel = std::uintmax_t{256} << 20;

class SentencePieceTokenizer final : public Tokenizer {
 public:
  SentencePieceTokenizer(const std::string& bytes, const std::string& where)
      : bytes_(bytes), model_(sentencepiece_library().make_model()) {
    if (!model_->load(bytes).empty() || model_->size() == 0)
      throw Error("not a SentencePiece model", where, "give a .model file of SentencePiece");
    const int mask = model_->number_of("[MASK]");
    special_ = {model_->pad(), model_->unknown(), model_->begin(), model_->end(),
                mask != model_->unknown() ? mask : -1};
    lines_apart_ = forgets_line_ends() && !joins_words();
  }
  Tokens encode(std::string_view text) const override {
    Tokens tokens;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = cut(text, begin);  // short pieces are quicker
      add(text.substr(begin, end - begin), tokens);
      begin = end;
    }
    return tokens;
  }
  std::size_t cut(std::string_view text, std::size_t from) const override {
    return lines_apart_ ? after_line_end(text, from) : text.size();
  }
  std::string decode(std::span<const std::int32_t> tokens) const override {
    for (const std::int32_t token : tokens) piece(token);  // checks the range
    std::string text;
    const SentencePieceFault fault = model_->decode({tokens.begin(), tokens.end()}, text);
    if (!fault.empty()) throw Error(fault, "tokenizer sentencepiece", "check the tokens");
    return text;
  }
  std::int64_t size() const override { return model_->size(); }
  std::string piece(std::int32_t token) const override {
    if (token >= 0 && token < size()) return model_->piece(token);
    throw Error("token " + std::to_string(token) + " is outside the vocabulary of " +
                    std::to_string(size()),
                "", "decode with the tokenizer that made the tokens");
  }
  SpecialTokens special() const override { return special_; }
  std::string saved() const override { return bytes_; }
  std::string rules() const override { return "sentencepiece"; }  // the model has them all

 private:
  void add(std::string_view text, Tokens& tokens) const {
    std::vector<int> numbers;
    if (const SentencePieceFault fault = model_->encode(text, numbers); !fault.empty())
      throw Error(fault, "tokenizer sentencepiece", "check the text");
    tokens.insert(tokens.end(), numbers.begin(), numbers.end());
  }

  Tokens probe(std::string_view text) const {
    Tokens tokens;
    add(text, tokens);
    return tokens;
  }

  /// True where a line end is one space and spaces around a text do not count, as the library's own
  /// normalisation has it: then lines have the same tokens alone as together. Its time grows faster
  /// than the text, so that pieces are several times quicker.
  bool forgets_line_ends() const {
    const Tokens word = probe("a");
    Tokens twice = word;
    twice.insert(twice.end(), word.begin(), word.end());
    return probe("a\na") == twice && probe("a\n \n a") == twice && probe("\na \n") == word;
  }

  bool joins_words() const {
    constexpr const char* kSpace = "\xe2\x96\x81";  // U+2581 stands for a space in pieces
    for (int token = 0; token < model_->size(); ++token) {
      const std::size_t last = model_->piece(token).rfind(kSpace);
      if (last != std::string::npos && last > 0) return true;
    }
    return false;
  }

  std::string bytes_;
  bool lines_apart_ = false;
  std::unique_ptr<SentencePieceModel> model_;
  SpecialTokens special_;
};

std::vector<std::string> lines_of(const std::vector<std::string>& texts) {
  std::vector<std::string> lines;
  for (const std::string& text : texts) {
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
      if (!line.empty()) lines.push_back(line);
    }
  }
  return lines;
}

}  // namespace

TokenizerPointer sentencepiece(const std::string& model, const std::string& where) {
  return std::make_shared<SentencePieceTokenizer>(model, where);
}

TokenizerPointer sentencepiece_from_file(const Path& model) {
  return sentencepiece(read_file(model, kLargestModel), model.string());
}

TokenizerPointer train_sentencepiece(const std::vector<std::string>& texts, std::int64_t size,
                                     const std::string& kind) {
  const std::vector<std::pair<std::string, std::string>> options{
      {"model_type", kind},
      {"vocab_size", std::to_string(size)},
      {"pad_id", "0"},
      {"unk_id", "1"},
      {"bos_id", "2"},
      {"eos_id", "3"},
      {"pad_piece", "[PAD]"},
      {"control_symbols", "[MASK]"},
      {"num_threads", "1"},
      {"hard_vocab_limit", "false"},
      {"minloglevel", "3"},
      {"max_sentence_length", "65536"},
      {"character_coverage", "1.0"}};
  std::string model;
  const SentencePieceFault fault = sentencepiece_library().train(options, lines_of(texts), model);
  if (!fault.empty()) {
    throw Error("SentencePiece could not train: " + fault.substr(fault.rfind(']') + 1),
                "tokenizer sentencepiece", "choose a size that fits the text");
  }
  return sentencepiece(model, "tokenizer sentencepiece");
}

}  // namespace warmstart::text
