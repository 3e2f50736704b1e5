// Documents cut into passages of two halves: what sentence-pair objectives compare.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart::text {

struct Passage {
  std::string id;  ///< file and line, with the passage's number where a document gives several
  std::size_t document = 0;
  std::string first, second;  ///< a space between them is left out; second may be empty
};

struct PassageRules {
  std::string field = "text", encoding = "auto";  ///< of JSON lines; of the files
  /// How many passages each of the texts needs (1 for one that fits).
  std::function<std::vector<std::size_t>(const std::vector<std::string>&)> parts;
};

/// Documents of a file or folder: of plain text the blocks between blank lines, lines of JSON,
/// sentences of a .conll file. A passage is halved at the line end nearest its middle, or at the
/// nearest space where it is one line. Documents without text are left out; Error when none is
/// left.
std::vector<Passage> read_passages(const Path& root, const PassageRules& rules);

/// The halves of a text, as read_passages makes them.
std::pair<std::string, std::string> halves_of(const std::string& text);

}  // namespace warmstart::text
