// Pieces that a tokenizer.json adds to its model's: they are found in a text before it is cut into
// words. The byte-pair and WordPiece tokenizers use it; the rules are those of the library
// "tokenizers", which writes such files.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace warmstart::text {

struct AddedToken {
  std::string content;
  std::int32_t token = -1;
  bool special = true;       ///< left out of decoded text
  bool single_word = false;  ///< only where no letter, mark, digit or _ touches it
  bool lstrip = false;       ///< takes the white space before it too
  bool rstrip = false;       ///< takes the white space behind it too
  bool normalized = false;   ///< looked for in the normalised text, itself normalised
};

/// An added token (`token` at least 0), or text without one.
struct TextPart {
  std::string_view text;
  std::int32_t token = -1;
  bool first = true;  ///< the whole text begins with it
};

class AddedTokens {
 public:
  using Normalise = std::function<std::string(std::string_view)>;
  using Visit = std::function<void(const TextPart&)>;
  AddedTokens() = default;
  /// Of added tokens at one place the longest counts. Without `normalise` the text stays as it is.
  AddedTokens(const std::vector<AddedToken>& tokens, Normalise normalise);
  /// The parts of valid UTF-8 text in order, none empty; text between tokens comes normalised.
  void each_part(std::string_view text, const Visit& visit) const;
  /// A line end within a token, or taken by the token before it: texts cannot be cut by lines.
  bool hold_line_ends() const { return hold_line_ends_; }
  bool take_spaces_behind() const { return take_spaces_behind_; }

 private:
  class Finder {
   public:
    void add(AddedToken token);
    void sort();
    void each_part(std::string_view text, const Visit& visit) const;

   private:
    const AddedToken* longest_at(std::string_view text, std::size_t at) const;
    std::vector<AddedToken> tokens_;
    std::array<bool, 256> begins_{};
  };
  Finder plain_, normalised_;
  Normalise normalise_;
  bool hold_line_ends_ = false, take_spaces_behind_ = false;
};

}  // namespace warmstart::text
