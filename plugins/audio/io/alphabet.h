// The characters that transcripts are written in, as the classes of a CTC output: class 0 is the
// blank, the characters follow by code point.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace warmstart::audio {

class Alphabet {
 public:
  /// Every character of `characters` (valid UTF-8) once.
  explicit Alphabet(const std::string& characters = "");
  /// With the blank.
  std::int64_t classes() const { return static_cast<std::int64_t>(points_.size()) + 1; }
  /// Each character with its own class.
  std::vector<std::int64_t> classes_of(const std::string& text) const;
  std::string text_of(const std::vector<std::int64_t>& classes) const;
  /// The text of class `index`; "" for the blank.
  std::string character(std::int64_t index) const;
  /// The characters joined: an Alphabet of it equals this one.
  std::string characters() const;
  /// "'x' (U+0078)" of the first character of `text` that is not here; "" = all are.
  std::string first_unknown(const std::string& text) const;

 private:
  std::u32string points_;
};

}  // namespace warmstart::audio
