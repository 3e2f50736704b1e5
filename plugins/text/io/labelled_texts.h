// Texts (or pairs of texts) with a class: CSV, TSV, JSON lines, lines of "label text", a folder of
// class folders, or tagged sentences with the types of their entities.
#pragma once
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart::text {

struct LabelledText {
  std::string id;  ///< file name and line
  std::string text, second;
  std::string label;  ///< several are joined by ';'
  std::string group;  ///< texts of one group stay together; "" = alone
};

struct LabelledTextOptions {
  /// Columns of a table by number from 1, or by name with a header; fields of JSON lines. Several
  /// text columns are joined with a space.
  std::vector<std::string> text{"2"};
  std::string label = "1";  ///< "" = the texts have none
  std::string second;       ///< of a pair; "" = no pairs
  std::string group;        ///< "" = there are no groups
  bool header = false;
  std::string encoding = "auto";
};

/// Errors name file, line and column.
std::vector<LabelledText> read_labelled_texts(const Path& root, const LabelledTextOptions& options);

/// Texts without labels from a user's files, read as the recipe's: the same columns or fields; in
/// other files a line is a text, and the two of a pair are separated by a tab.
std::vector<LabelledText> read_new_texts(const std::vector<std::string>& paths,
                                         LabelledTextOptions options);

}  // namespace warmstart::text
