// Texts (or pairs of texts) with a class: CSV, TSV, JSON lines, lines of "label text", or a folder
// of class folders.
#pragma once
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart::text {

struct LabelledText {
  std::string id;  ///< file name and line
  std::string text, second, label;
};

struct LabelledTextOptions {
  /// Columns of a table by number from 1, or by name with a header; fields of JSON lines. Several
  /// text columns are joined with a space.
  std::vector<std::string> text{"2"};
  std::string label = "1";
  std::string second;  ///< of a pair; "" = no pairs
  bool header = false;
  std::string encoding = "auto";
};

/// Errors name file, line and column.
std::vector<LabelledText> read_labelled_texts(const Path& root, const LabelledTextOptions& options);

}  // namespace warmstart::text
