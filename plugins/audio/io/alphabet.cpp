#include "plugins/audio/io/alphabet.h"

#include <algorithm>
#include <cstdio>

#include "core/base/utf8.h"

namespace warmstart::audio {

Alphabet::Alphabet(const std::string& characters) : points_(code_points(characters)) {
  std::sort(points_.begin(), points_.end());
  points_.erase(std::unique(points_.begin(), points_.end()), points_.end());
}

std::vector<std::int64_t> Alphabet::classes_of(const std::string& text) const {
  std::vector<std::int64_t> classes;
  for (const char32_t point : code_points(text))
    classes.push_back(1 +
                      (std::lower_bound(points_.begin(), points_.end(), point) - points_.begin()));
  return classes;
}

std::string Alphabet::text_of(const std::vector<std::int64_t>& classes) const {
  std::string text;
  for (const std::int64_t index : classes) text += character(index);
  return text;
}

std::string Alphabet::character(std::int64_t index) const {
  std::string text;
  if (index > 0 && index < classes())
    append_utf8(text, points_[static_cast<std::size_t>(index - 1)]);
  return text;
}

std::string Alphabet::characters() const { return utf8(points_); }

std::string Alphabet::first_unknown(const std::string& text) const {
  for (const char32_t point : code_points(text)) {
    if (std::binary_search(points_.begin(), points_.end(), point)) continue;
    std::string quoted = "'";
    append_utf8(quoted, point);
    char number[16];
    std::snprintf(number, sizeof number, "' (U+%04X)", static_cast<unsigned>(point));
    return quoted + number;
  }
  return {};
}

}  // namespace warmstart::audio
