// Text to token numbers and back. Datasets and objectives know this class only; which kind it is,
// and whether it was trained here or read from a file, is behind it.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace warmstart::text {

using Tokens = std::vector<std::int32_t>;

/// Numbers of the tokens with a meaning of their own; -1 = there is none.
struct SpecialTokens {
  std::int32_t pad = -1, unknown = -1, begin = -1, end = -1, mask = -1;
  std::vector<std::int64_t> all() const;
};

/// Names and places of the special tokens of tokenizers trained here.
inline constexpr const char* kSpecialNames[] = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
inline constexpr SpecialTokens kOwnSpecials{0, 1, 2, 3, 4};

class Tokenizer {
 public:
  virtual ~Tokenizer() = default;
  /// Tokens of valid UTF-8 text, without special ones around it.
  virtual Tokens encode(std::string_view text) const = 0;
  /// A place, `from` or later, at which a text may be cut in two that give together the same tokens
  /// as the whole; the text's end = there is none known.
  virtual std::size_t cut(std::string_view text, std::size_t /*from*/) const { return text.size(); }
  /// Special tokens are left out. What the tokenizer does not keep (case, spaces) is lost.
  virtual std::string decode(std::span<const std::int32_t> tokens) const = 0;
  virtual std::int64_t size() const = 0;
  virtual std::string piece(std::int32_t token) const = 0;  ///< as shown to people
  virtual SpecialTokens special() const = 0;
  /// The content of its file.
  virtual std::string saved() const = 0;
  /// Its kind and all that encoding depends on beside that content. Equal contents and equal rules,
  /// equal tokens.
  virtual std::string rules() const = 0;
};

/// The place behind the first line end at `from` or later; the text's end without one.
inline std::size_t after_line_end(std::string_view text, std::size_t from) {
  const std::size_t line = text.find('\n', from);
  return line == std::string_view::npos ? text.size() : line + 1;
}

using TokenizerPointer = std::shared_ptr<const Tokenizer>;

}  // namespace warmstart::text
