// Questions with their answers: JSON files with a list of objects, or JSON lines.
#pragma once
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/base/json.h"

namespace warmstart::text {

/// An object of a JSON file and where it stands ("qa.json, record 12").
struct JsonRecord {
  std::string id, where;
  Json object;
};

/// Every object of a file, or of all .json and .jsonl files of a folder, sorted by path.
std::vector<JsonRecord> read_json_records(const Path& root);

struct QuestionAnswer {
  std::string id, question, answer;
  std::vector<std::string> tags;
};

struct QuestionFields {
  std::string question = "question", answer = "answer", tags = "tags";
};

/// Records without a question or an answer are left out and counted in `empty`. Errors: a field
/// that is no text; more than a fifth left out; nothing there.
std::vector<QuestionAnswer> read_question_answers(const Path& root, const QuestionFields& fields,
                                                  std::size_t& empty);

/// For each record, those that share a tag with it, in order.
std::vector<std::vector<std::size_t>> tag_partners(const std::vector<QuestionAnswer>& records);

}  // namespace warmstart::text
