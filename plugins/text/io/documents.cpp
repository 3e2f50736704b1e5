#include "plugins/text/io/documents.h"

#include <algorithm>
#include <sstream>

#include "core/base/error.h"
#include "plugins/text/io/text_file.h"

namespace warmstart::text {
namespace {

bool is_document_file(const Path& path) {
  const std::string extension = lower_extension(path);
  return extension == ".txt" || extension == ".text" || extension == ".md" || extension == ".jsonl";
}

std::vector<Path> document_files(const Path& root) {
  if (std::filesystem::is_regular_file(root)) return {root};
  std::vector<Path> files;
  if (std::filesystem::is_directory(root)) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (entry.is_regular_file() && is_document_file(entry.path())) files.push_back(entry.path());
    }
  }
  if (files.empty()) {
    throw Error("no text files there", root.string(),
                "give a file, or a folder with .txt or .jsonl files");
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::vector<std::pair<std::size_t, Json>> parse_json_lines(const std::string& text,
                                                           const std::string& where) {
  std::vector<std::pair<std::size_t, Json>> objects;
  std::istringstream lines(text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.find_first_not_of(" \t") == std::string::npos) continue;
    Json object = Json::parse(line, nullptr, false);
    if (!object.is_object()) {
      throw Error("the line is no JSON object", where + ":" + std::to_string(number),
                  "write one object a line");
    }
    objects.emplace_back(number, std::move(object));
  }
  return objects;
}

std::string json_text(const Json& object, const std::string& field, const std::string& where) {
  const auto found = object.find(field);
  if (found != object.end() && found->is_string()) return found->get<std::string>();
  std::string known;
  for (const auto& [key, value] : object.items()) known += (known.empty() ? "" : ", ") + key;
  throw Error("no text in the field '" + field + "'", where, "the line has: " + known);
}

std::vector<Document> read_documents(const Path& root, const std::string& field,
                                     const std::string& encoding) {
  std::vector<Document> documents;
  for (const Path& file : document_files(root)) {
    std::string text = read_text(file, encoding).text;
    const std::string name = file.filename().string();
    if (lower_extension(file) != ".jsonl") {
      documents.push_back({name, file, std::move(text)});
      continue;
    }
    for (const auto& [line, object] : parse_json_lines(text, file.string())) {
      const std::string place = ":" + std::to_string(line);
      documents.push_back({name + place, file, json_text(object, field, file.string() + place)});
    }
  }
  return documents;
}

}  // namespace warmstart::text
