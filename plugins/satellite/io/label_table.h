// Images that have several labels each, or none: a table (CSV or TSV) with a row an image. Columns
// by their names in the first row: the file, and either a column of 0 and 1 for each label, or one
// with the image's labels written between | or ;.
#pragma once
#include <string>
#include <vector>

#include "plugins/satellite/io/scene_list.h"
#include "plugins/satellite/io/spatial_split.h"

namespace warmstart::satellite {

struct LabelColumns {
  std::string file = "file";
  std::string labels;              ///< the one column; empty: a column of 0 and 1 for each label
  std::string split;               ///< train, validation (or val), test; empty: there is none
  std::vector<std::string> names;  ///< the labels in this order; empty: all of the table
};

struct LabelRow {
  std::string file;  ///< as the table writes it, or shorter ("a/../b.tif" is "b.tif")
  std::vector<std::size_t> labels;  ///< places in LabelTable::names; empty: it has none
  SplitPart part = SplitPart::kTrain;
};

struct LabelTable {
  std::vector<std::string> names;  ///< of the labels: as asked, or the columns' order, or by name
  std::vector<LabelRow> rows;
};

/// Errors name the file, and the line where there is one: no table, no such column, a value that is
/// not 0 or 1, a label or part that is none, a file that stands there twice, no label in any row.
LabelTable read_label_table(const Path& file, const LabelColumns& columns);

/// The images of the rows, in their order, called as the rows call them; a folder is one image of
/// several files. Error naming the first of the files that are not below `root`.
std::vector<SceneFiles> images_of(const LabelTable& table, const Path& root);

}  // namespace warmstart::satellite
