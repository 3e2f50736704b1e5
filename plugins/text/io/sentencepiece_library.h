// The door to SentencePiece. Debian's library carries a copy of protobuf whose names clash with the
// protobuf of LibTorch and ONNX (linked together they crash before main), so it sits behind this
// interface in a library of its own, loaded apart from all others.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace warmstart::text {

/// What SentencePiece said went wrong; empty = nothing did.
using SentencePieceFault = std::string;

class SentencePieceModel {
 public:
  virtual ~SentencePieceModel() = default;
  virtual SentencePieceFault load(const std::string& bytes) = 0;
  virtual SentencePieceFault encode(std::string_view text, std::vector<int>& numbers) const = 0;
  virtual SentencePieceFault decode(const std::vector<int>& numbers, std::string& text) const = 0;
  virtual int size() const = 0;
  virtual std::string piece(int number) const = 0;
  virtual int number_of(const std::string& piece) const = 0;
  virtual int pad() const = 0;
  virtual int unknown() const = 0;
  virtual int begin() const = 0;
  virtual int end() const = 0;
};

class SentencePieceLibrary {
 public:
  virtual ~SentencePieceLibrary() = default;
  virtual std::unique_ptr<SentencePieceModel> make_model() const = 0;
  /// Options under SentencePiece's own names.
  virtual SentencePieceFault train(const std::vector<std::pair<std::string, std::string>>& options,
                                   const std::vector<std::string>& lines,
                                   std::string& model) const = 0;
};

/// The library beside the plugin, loaded at the first call. Error (kMachine) when it is not there.
const SentencePieceLibrary& sentencepiece_library();

inline constexpr const char* kSentencePieceEntry = "warmstart_sentencepiece_library";

}  // namespace warmstart::text
