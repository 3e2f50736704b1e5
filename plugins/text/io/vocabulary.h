// Pieces by number and numbers by piece; tokenizers with a list of pieces are built on it.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "plugins/text/io/tokenizer.h"

namespace warmstart::text {

class Vocabulary {
 public:
  Vocabulary() = default;
  /// Error naming `where` when a piece stands twice or there are too many.
  Vocabulary(std::vector<std::string> pieces, const std::string& where);
  /// The special tokens, then `pieces`.
  static Vocabulary with_specials(const std::vector<std::string>& pieces);
  std::int64_t size() const { return static_cast<std::int64_t>(pieces_.size()); }
  std::int32_t find(const std::string& piece) const;  ///< -1 when missing
  const std::string& piece(std::int32_t token) const;
  const std::vector<std::string>& pieces() const { return pieces_; }
  std::string lines() const;  ///< a piece a line: BERT's vocab.txt

 private:
  std::vector<std::string> pieces_;
  std::unordered_map<std::string, std::int32_t> numbers_;
};

/// Special tokens by the names that published tokenizers give them, such as "[CLS]", "<s>" and
/// "<|endoftext|>"; `find` gives the number of a name, or -1.
SpecialTokens special_tokens_by_name(const std::function<std::int32_t(const std::string&)>& find);

inline constexpr std::size_t kLargestVocabulary = 2'000'000;

}  // namespace warmstart::text
