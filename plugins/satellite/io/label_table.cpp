#include "plugins/satellite/io/label_table.h"

#include <algorithm>
#include <set>

#include "core/base/delimited.h"
#include "core/base/error.h"
#include "core/base/utf8.h"

namespace warmstart::satellite {
namespace {

/// The text without a byte order mark and with one kind of line ends, as spreadsheets differ.
std::string table_text(const Path& file) {
  std::string text = read_file(file);
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  std::erase(text, '\r');
  if (first_invalid_utf8(text) != std::string::npos)
    throw Error("the table is no UTF-8 text", file.string(), "save it as UTF-8");
  return text;
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

std::vector<std::string> split_labels(const std::string& text) {
  std::vector<std::string> labels;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find_first_of("|;", start), text.size());
    const std::string label = trimmed(text.substr(start, end - start));
    if (!label.empty()) labels.push_back(label);
    start = end + 1;
  }
  return labels;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

class LabelReader {
 public:
  LabelReader(const Path& file, const LabelColumns& columns)
      : file_(file),
        columns_(columns),
        rows_(
            parse_table(table_text(file), file.extension() == ".tsv" ? '\t' : ',', file.string())) {
    if (rows_.size() < 2)
      throw Error("the table names no image", file.string(),
                  "give it a row of column names, and a row an image");
  }

  LabelTable read() const {
    LabelTable table{label_names(), {}};
    const std::size_t file_column = column(columns_.file);
    std::set<std::string> files;
    for (auto row = std::next(rows_.begin()); row != rows_.end(); ++row) {
      const std::string file = trimmed(row->fields[file_column]);
      if (file.empty())
        throw Error("the row names no image", where(*row), "fill it in, or leave the row out");
      table.rows.push_back({Path(file).lexically_normal().generic_string(), {}, part_of(*row)});
      if (!files.insert(table.rows.back().file).second)
        throw Error("image " + file + " stands in the table twice", where(*row),
                    "leave one of the rows out");
    }
    if (columns_.labels.empty()) {
      read_marks(table);
    } else {
      read_lists(table);
    }
    const bool any = std::any_of(table.rows.begin(), table.rows.end(),
                                 [](const LabelRow& row) { return !row.labels.empty(); });
    if (!any) throw Error("no image of the table has a label", file_.string(), "fill them in");
    return table;
  }

 private:
  std::string where(const TableRow& row) const {
    return file_.string() + ", line " + std::to_string(row.line);
  }

  std::size_t column(const std::string& name) const {
    const std::vector<std::string>& head = rows_.front().fields;
    const auto found = std::find(head.begin(), head.end(), name);
    if (found != head.end()) return static_cast<std::size_t>(found - head.begin());
    throw Error("the table has no column '" + name + "'", file_.string(),
                "its columns are: " + listed(head));
  }

  /// Without names that were asked for: what the columns, or the cells of the one column, say.
  std::vector<std::string> label_names() const {
    std::vector<std::string> names = columns_.names;
    if (names.empty() && !columns_.labels.empty()) {
      std::set<std::string> found;
      const std::size_t cells = column(columns_.labels);
      for (auto row = std::next(rows_.begin()); row != rows_.end(); ++row)
        for (const std::string& label : split_labels(row->fields[cells])) found.insert(label);
      names.assign(found.begin(), found.end());
    } else if (names.empty()) {
      for (const std::string& name : rows_.front().fields)
        if (name != columns_.file && name != columns_.split) names.push_back(name);
      if (names.empty())
        throw Error("the table has no column of labels", file_.string(),
                    "give it a column of 0 and 1 for each label, or say labels_column");
    }
    std::set<std::string> once;
    for (const std::string& name : names)
      if (!once.insert(name).second)
        throw Error("the label '" + name + "' is named twice", file_.string(), "name it once");
    return names;
  }

  SplitPart part_of(const TableRow& row) const {
    if (columns_.split.empty()) return SplitPart::kTrain;
    const std::string part = trimmed(row.fields[column(columns_.split)]);
    if (part == "train") return SplitPart::kTrain;
    if (part == "validation" || part == "val") return SplitPart::kValidation;
    if (part == "test") return SplitPart::kTest;
    throw Error("'" + part + "' in the column '" + columns_.split + "' is no part", where(row),
                "write train, validation or test");
  }

  void read_marks(LabelTable& table) const {
    std::vector<std::size_t> cells;
    for (const std::string& name : table.names) cells.push_back(column(name));
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      const TableRow& row = rows_[i + 1];
      for (std::size_t label = 0; label < cells.size(); ++label) {
        const std::string mark = trimmed(row.fields[cells[label]]);
        if (mark == "1") table.rows[i].labels.push_back(label);
        if (mark == "0" || mark == "1") continue;
        throw Error("'" + mark + "' in the column '" + table.names[label] + "' is not 0 or 1",
                    where(row),
                    "correct it; where not all columns are labels, name those that are: labels");
      }
    }
  }

  void read_lists(LabelTable& table) const {
    const std::size_t cells = column(columns_.labels);
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      const TableRow& row = rows_[i + 1];
      for (const std::string& label : split_labels(row.fields[cells])) {
        const auto found = std::find(table.names.begin(), table.names.end(), label);
        if (found == table.names.end())
          throw Error("'" + label + "' is none of the labels asked for", where(row),
                      "correct it, or add it to labels");
        table.rows[i].labels.push_back(static_cast<std::size_t>(found - table.names.begin()));
      }
    }
  }

  Path file_;
  const LabelColumns& columns_;
  std::vector<TableRow> rows_;
};

}  // namespace

LabelTable read_label_table(const Path& file, const LabelColumns& columns) {
  return LabelReader(file, columns).read();
}

std::vector<SceneFiles> images_of(const LabelTable& table, const Path& root) {
  std::vector<SceneFiles> images;
  std::vector<std::string> first;
  std::size_t missing = 0;
  for (const LabelRow& row : table.rows) {
    if (!std::filesystem::exists(root / row.file)) {
      if (++missing <= 3) first.push_back(row.file);
    } else if (missing == 0) {
      images.push_back(scene_at(root / row.file));
      images.back().name = row.file;
    }
  }
  if (missing == 0) return images;
  throw Error(std::to_string(missing) + " of the table's " + std::to_string(table.rows.size()) +
                  " images " + (missing == 1 ? "is" : "are") + " missing: " + listed(first) +
                  (missing > first.size() ? ", ..." : ""),
              root.string(), "put them there, or leave their rows out");
}

}  // namespace warmstart::satellite
