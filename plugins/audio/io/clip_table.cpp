#include "plugins/audio/io/clip_table.h"

#include <algorithm>
#include <map>
#include <sstream>

#include "core/base/delimited.h"
#include "core/base/error.h"
#include "core/base/json.h"

namespace warmstart::audio {
namespace {

struct NamedRow {
  std::string where;
  std::map<std::string, std::string> values;
};

std::string json_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? "" : value.dump();
}

std::vector<NamedRow> json_rows(const std::string& text, const std::string& where) {
  std::vector<NamedRow> rows;
  std::istringstream lines(text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const std::string place = where + ":" + std::to_string(number);
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object()) throw Error("the line is not a JSON object", place, "correct the line");
    NamedRow row{place, {}};
    for (const auto& [key, value] : json.items()) row.values[key] = json_text(value);
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<NamedRow> table_rows(const std::string& text, char separator,
                                 const std::string& where) {
  const std::vector<TableRow> table = parse_table(text, separator, where);
  std::vector<NamedRow> rows;
  for (std::size_t r = 1; r < table.size(); ++r) {
    NamedRow row{where + ":" + std::to_string(table[r].line), {}};
    for (std::size_t c = 0; c < table[0].fields.size(); ++c)
      row.values[table[0].fields[c]] = table[r].fields[c];
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string value_of(const NamedRow& row, const std::string& column, bool required) {
  if (column.empty()) return "";
  const auto found = row.values.find(column);
  if (found != row.values.end()) return found->second;
  if (!required) return "";
  std::string known;
  for (const auto& [name, value] : row.values) known += (known.empty() ? "" : ", ") + name;
  throw Error("there is no column '" + column + "'", row.where, "the columns are: " + known);
}

std::vector<std::string> split_labels(const std::string& text, const std::string& separator) {
  if (text.empty()) return {};
  if (separator.empty()) return {text};
  std::vector<std::string> labels;
  std::size_t start = 0;
  while (start <= text.size()) {
    const std::size_t end = std::min(text.find(separator, start), text.size());
    if (end > start) labels.push_back(text.substr(start, end - start));
    start = end + separator.size();
  }
  return labels;
}

}  // namespace

std::vector<Clip> read_clip_table(const ClipListOptions& options) {
  const std::string where = options.root.string(), text = read_file(options.root);
  const std::string ending = options.root.extension().string();
  std::vector<NamedRow> rows;
  if (ending == ".jsonl") {
    rows = json_rows(text, where);
  } else if (ending == ".csv" || ending == ".tsv") {
    rows = table_rows(text, ending == ".tsv" ? '\t' : ',', where);
  } else {
    throw Error("it is no table of a known kind", where, "give .csv, .tsv or .jsonl, or a folder");
  }
  const Path folder = options.folder.empty() ? options.root.parent_path() : Path(options.folder);
  std::vector<Clip> clips;
  for (const NamedRow& row : rows) {
    Clip clip;
    clip.where = row.where;
    const std::string file = value_of(row, options.file_column, true);
    if (file.empty()) throw Error("the row names no file", row.where, "fill it in or remove it");
    clip.file = folder / file;
    clip.name = Path(file).replace_extension().string();
    clip.labels = split_labels(value_of(row, options.label_column, options.label_column != "label"),
                               options.label_separator);
    clip.group = value_of(row, options.group_column, true);
    clip.part = value_of(row, options.part_column, true);
    clip.transcript = value_of(row, options.transcript_column, true);
    clips.push_back(std::move(clip));
  }
  return clips;
}

}  // namespace warmstart::audio
