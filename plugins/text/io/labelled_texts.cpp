#include "plugins/text/io/labelled_texts.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "core/base/error.h"
#include "core/base/delimited.h"
#include "plugins/text/io/documents.h"
#include "plugins/text/io/text_file.h"

namespace warmstart::text {
namespace {

/// Finds a table's columns by number or by the header's names.
class Columns {
 public:
  Columns(const TableRow& first, bool header, std::string where)
      : count_(first.fields.size()), where_(std::move(where)) {
    if (header) names_ = first.fields;
  }

  std::size_t find(const std::string& name) const {
    const auto named = std::find(names_.begin(), names_.end(), name);
    if (named != names_.end()) return static_cast<std::size_t>(named - names_.begin());
    std::size_t number = 0;
    const auto [end, code] = std::from_chars(name.data(), name.data() + name.size(), number);
    const bool whole = code == std::errc{} && end == name.data() + name.size();
    if (whole && number >= 1 && number <= count_) return number - 1;
    std::string known;
    for (const std::string& column : names_) known += (known.empty() ? "" : ", ") + column;
    throw Error("there is no column '" + name + "'", where_,
                "it has " + std::to_string(count_) + " columns" +
                    (known.empty() ? "; count from 1, or set header: true" : ": " + known));
  }

 private:
  std::vector<std::string> names_;
  std::size_t count_;
  std::string where_;
};

std::vector<LabelledText> from_table(const Path& file, char separator,
                                     const LabelledTextOptions& options) {
  const std::vector<TableRow> rows =
      parse_table(read_text(file, options.encoding).text, separator, file.string());
  std::vector<LabelledText> texts;
  if (rows.empty()) return texts;
  const Columns columns(rows.front(), options.header, file.string());
  std::vector<std::size_t> parts;
  for (const std::string& name : options.text) parts.push_back(columns.find(name));
  const std::size_t label = columns.find(options.label);
  const std::size_t second = options.second.empty() ? 0 : columns.find(options.second);
  for (std::size_t i = options.header ? 1 : 0; i < rows.size(); ++i) {
    LabelledText one{file.filename().string() + ":" + std::to_string(rows[i].line), {}, {}, {}};
    for (const std::size_t part : parts)
      one.text += (one.text.empty() ? "" : " ") + rows[i].fields[part];
    if (!options.second.empty()) one.second = rows[i].fields[second];
    one.label = rows[i].fields[label];
    texts.push_back(std::move(one));
  }
  return texts;
}

std::string json_label(const Json& object, const std::string& field, const std::string& where) {
  const auto found = object.find(field);
  if (found != object.end() && (found->is_number_integer() || found->is_boolean()))
    return found->dump();
  return json_text(object, field, where);
}

std::vector<LabelledText> from_json_lines(const Path& file, const LabelledTextOptions& options) {
  std::vector<LabelledText> texts;
  const std::string content = read_text(file, options.encoding).text;
  for (const auto& [line, object] : parse_json_lines(content, file.string())) {
    const std::string where = file.string() + ":" + std::to_string(line);
    LabelledText one{file.filename().string() + ":" + std::to_string(line), {}, {}, {}};
    for (const std::string& field : options.text)
      one.text += (one.text.empty() ? "" : " ") + json_text(object, field, where);
    if (!options.second.empty()) one.second = json_text(object, options.second, where);
    one.label = json_label(object, options.label, where);
    texts.push_back(std::move(one));
  }
  return texts;
}

/// Lines of "label text".
std::vector<LabelledText> from_lines(const Path& file, const LabelledTextOptions& options) {
  std::vector<LabelledText> texts;
  std::istringstream lines(read_text(file, options.encoding).text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.empty()) continue;
    const std::size_t space = line.find_first_of(" \t");
    if (space == std::string::npos || space == 0) {
      throw Error("expected a label and a text, found '" + line + "'",
                  file.string() + ":" + std::to_string(number), "write 'LABEL TEXT' on each line");
    }
    texts.push_back({file.filename().string() + ":" + std::to_string(number),
                     line.substr(space + 1),
                     {},
                     line.substr(0, space)});
  }
  return texts;
}

std::vector<LabelledText> from_folders(const Path& root, const LabelledTextOptions& options) {
  std::vector<Path> folders;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  std::vector<LabelledText> texts;
  for (const Path& folder : folders) {
    const std::string label = folder.filename().string();
    for (Document& document : read_documents(folder, "text", options.encoding))
      texts.push_back({label + "/" + document.id, std::move(document.text), {}, label});
  }
  return texts;
}

}  // namespace

std::vector<LabelledText> read_labelled_texts(const Path& root,
                                              const LabelledTextOptions& options) {
  if (std::filesystem::is_directory(root)) return from_folders(root, options);
  const std::string extension = lower_extension(root);
  if (extension == ".csv") return from_table(root, ',', options);
  if (extension == ".tsv") return from_table(root, '\t', options);
  if (extension == ".jsonl") return from_json_lines(root, options);
  return from_lines(root, options);
}

}  // namespace warmstart::text
