#include "plugins/text/io/question_answers.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/error.h"
#include "plugins/text/io/documents.h"
#include "plugins/text/io/text_file.h"

namespace warmstart::text {
namespace {

std::vector<Path> json_files(const Path& root) {
  if (!std::filesystem::is_directory(root)) return {root};
  std::vector<Path> files;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    const std::string extension = lower_extension(entry.path());
    if (entry.is_regular_file() && (extension == ".json" || extension == ".jsonl"))
      files.push_back(entry.path());
  }
  if (files.empty())
    throw Error("no JSON files there", root.string(), "give .json or .jsonl files");
  std::sort(files.begin(), files.end());
  return files;
}

void add_list(const Path& file, const std::string& text, std::vector<JsonRecord>& records) {
  Json list = Json::parse(text, nullptr, false);
  if (!list.is_array())
    throw Error("the file is no JSON list", file.string(), "write a list of objects");
  std::size_t number = 0;
  for (Json& object : list) {
    const std::string place = ", record " + std::to_string(++number);
    if (!object.is_object())
      throw Error("an entry is no JSON object", file.string() + place, "write a list of objects");
    records.push_back({file.filename().string() + place, file.string() + place, std::move(object)});
  }
}

std::vector<std::string> tags_of(const JsonRecord& record, const std::string& field) {
  std::vector<std::string> tags;
  const auto found = record.object.find(field);
  if (found == record.object.end() || found->is_null()) return tags;
  for (const Json& tag : found->is_array() ? *found : Json::array({*found})) {
    if (!tag.is_string())
      throw Error("the field '" + field + "' holds something that is no text", record.where,
                  "write a list of tags");
    tags.push_back(tag.get<std::string>());
  }
  return tags;
}

bool is_blank_text(const std::string& text) {
  return text.find_first_not_of(" \t\n\r") == std::string::npos;
}

}  // namespace

std::vector<JsonRecord> read_json_records(const Path& root) {
  std::vector<JsonRecord> records;
  for (const Path& file : json_files(root)) {
    const std::string text = read_text(file, "utf-8").text;
    if (lower_extension(file) != ".jsonl") {
      add_list(file, text, records);
      continue;
    }
    for (auto& [line, object] : parse_json_lines(text, file.string())) {
      const std::string place = ":" + std::to_string(line);
      records.push_back(
          {file.filename().string() + place, file.string() + place, std::move(object)});
    }
  }
  return records;
}

std::vector<QuestionAnswer> read_question_answers(const Path& root, const QuestionFields& fields,
                                                  std::size_t& empty) {
  const std::vector<JsonRecord> records = read_json_records(root);
  std::vector<QuestionAnswer> found;
  for (const JsonRecord& record : records) {
    QuestionAnswer one{record.id, json_text(record.object, fields.question, record.where),
                       json_text(record.object, fields.answer, record.where),
                       tags_of(record, fields.tags)};
    if (!is_blank_text(one.question) && !is_blank_text(one.answer)) found.push_back(std::move(one));
  }
  empty = records.size() - found.size();
  if (records.empty()) throw Error("no questions there", root.string(), "give at least one record");
  if (empty * 5 > records.size()) {
    throw Error(std::to_string(empty) + " of " + std::to_string(records.size()) +
                    " records lack a question or an answer",
                root.string(), "name the fields, or fill them");
  }
  return found;
}

std::vector<std::vector<std::size_t>> tag_partners(const std::vector<QuestionAnswer>& records) {
  std::map<std::string, std::vector<std::size_t>> holders;
  for (std::size_t i = 0; i < records.size(); ++i) {
    for (const std::string& tag : records[i].tags) holders[tag].push_back(i);
  }
  std::vector<std::vector<std::size_t>> partners(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    std::set<std::size_t> others;
    for (const std::string& tag : records[i].tags)
      others.insert(holders[tag].begin(), holders[tag].end());
    others.erase(i);
    // An answer given twice is right for both questions.
    std::erase_if(others, [&](std::size_t k) { return records[k].answer == records[i].answer; });
    partners[i].assign(others.begin(), others.end());
  }
  return partners;
}

}  // namespace warmstart::text
