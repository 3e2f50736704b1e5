#include "plugins/text/io/labelled_texts.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <set>
#include <sstream>

#include "core/base/delimited.h"
#include "core/base/error.h"
#include "plugins/text/io/documents.h"
#include "plugins/text/io/tag_scheme.h"
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

LabelledText text_at(const Path& file, std::size_t line) {
  LabelledText one;
  one.id = file.filename().string() + ":" + std::to_string(line);
  return one;
}

std::vector<LabelledText> from_table(const Path& file, char separator,
                                     const LabelledTextOptions& options) {
  const std::vector<TableRow> rows =
      parse_table(read_text(file, options.encoding).text, separator, file.string());
  std::vector<LabelledText> texts;
  if (rows.empty()) return texts;
  const Columns columns(rows.front(), options.header, file.string());
  std::vector<std::size_t> parts;
  for (const std::string& name : options.text) parts.push_back(columns.find(name));
  const auto place = [&](const std::string& name) { return name.empty() ? 0 : columns.find(name); };
  const std::size_t label = place(options.label), second = place(options.second),
                    group = place(options.group);
  for (std::size_t i = options.header ? 1 : 0; i < rows.size(); ++i) {
    const std::vector<std::string>& fields = rows[i].fields;
    LabelledText one = text_at(file, rows[i].line);
    for (const std::size_t part : parts) one.text += (one.text.empty() ? "" : " ") + fields[part];
    if (!options.second.empty()) one.second = fields[second];
    if (!options.label.empty()) one.label = fields[label];
    if (!options.group.empty()) one.group = fields[group];
    texts.push_back(std::move(one));
  }
  return texts;
}

std::string json_label(const Json& object, const std::string& field, const std::string& where) {
  const auto found = object.find(field);
  if (found != object.end() && (found->is_number_integer() || found->is_boolean()))
    return found->dump();
  if (found == object.end() || !found->is_array()) return json_text(object, field, where);
  std::string labels;
  for (const Json& label : *found) {
    if (!label.is_string())
      throw Error("the field '" + field + "' holds something that is no text", where,
                  "write a list of labels");
    labels += (labels.empty() ? "" : ";") + label.get<std::string>();
  }
  return labels;
}

/// The types of the entities in tagged sentences.
std::vector<LabelledText> from_tagged(const Path& file, const LabelledTextOptions& options) {
  std::vector<TaggedSentence> sentences = read_tagged(file, {}, options.encoding);
  check_tags(sentences, "auto", file.string());
  std::vector<LabelledText> texts;
  for (const TaggedSentence& sentence : sentences) {
    LabelledText one = text_at(file, sentence.line);
    one.text = words_text(sentence.words);
    std::set<std::string> types;
    for (const Entity& entity : entities_of(sentence.tags)) types.insert(entity.type);
    for (const std::string& type : types) one.label += (one.label.empty() ? "" : ";") + type;
    texts.push_back(std::move(one));
  }
  return texts;
}

std::vector<LabelledText> from_json_lines(const Path& file, const LabelledTextOptions& options) {
  std::vector<LabelledText> texts;
  const std::string content = read_text(file, options.encoding).text;
  for (const auto& [line, object] : parse_json_lines(content, file.string())) {
    const std::string where = file.string() + ":" + std::to_string(line);
    LabelledText one = text_at(file, line);
    for (const std::string& field : options.text)
      one.text += (one.text.empty() ? "" : " ") + json_text(object, field, where);
    if (!options.second.empty()) one.second = json_text(object, options.second, where);
    if (!options.label.empty()) one.label = json_label(object, options.label, where);
    if (!options.group.empty()) one.group = json_label(object, options.group, where);
    texts.push_back(std::move(one));
  }
  return texts;
}

/// Sets a text from a line; errors name the place `where`.
using LineReader =
    std::function<void(const std::string& line, const std::string& where, LabelledText& text)>;

std::vector<LabelledText> from_lines(const Path& file, const std::string& encoding,
                                     const LineReader& read) {
  std::vector<LabelledText> texts;
  std::istringstream lines(read_text(file, encoding).text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.empty()) continue;
    texts.push_back(text_at(file, number));
    read(line, file.string() + ":" + std::to_string(number), texts.back());
  }
  return texts;
}

/// "label text"
void read_labelled(const std::string& line, const std::string& where, LabelledText& text) {
  const std::size_t space = line.find_first_of(" \t");
  if (space == std::string::npos || space == 0) {
    throw Error("expected a label and a text, found '" + line + "'", where,
                "write 'LABEL TEXT' on each line");
  }
  text.label = line.substr(0, space);
  text.text = line.substr(space + 1);
}

/// "text TAB second"
void read_pair(const std::string& line, const std::string& where, LabelledText& text) {
  const std::size_t tab = line.find('\t');
  if (tab == std::string::npos)
    throw Error("expected two texts, found one", where, "separate the two by a tab");
  text.text = line.substr(0, tab);
  text.second = line.substr(tab + 1);
}

void read_whole(const std::string& line, const std::string&, LabelledText& text) {
  text.text = line;
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
      texts.push_back({label + "/" + document.id, std::move(document.text), {}, label, {}});
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
  if (extension == ".conll") return from_tagged(root, options);
  return from_lines(root, options.encoding, read_labelled);
}

std::vector<LabelledText> read_new_texts(const std::vector<std::string>& paths,
                                         LabelledTextOptions options) {
  options.label.clear();
  options.group.clear();
  std::vector<LabelledText> texts;
  for (const std::string& path : paths) {
    const std::string extension = lower_extension(path);
    const bool columns = extension == ".csv" || extension == ".tsv" || extension == ".jsonl";
    for (LabelledText& one : columns ? read_labelled_texts(path, options)
                                     : from_lines(path, options.encoding,
                                                  options.second.empty() ? read_whole : read_pair))
      texts.push_back(std::move(one));
  }
  if (texts.empty()) throw Error("no texts there", paths.front(), "write one text a line");
  return texts;
}

}  // namespace warmstart::text
