// Running text from files: plain text (a file is a document), or JSON lines (a line is one).
#pragma once
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/base/json.h"

namespace warmstart::text {

struct Document {
  std::string id;  ///< file name, with ":LINE" for JSON lines
  Path file;
  std::string text;
};

/// A file, or every .txt, .text, .md and .jsonl file of a folder and the folders in it, sorted by
/// path. Errors: nothing there; as read_text; a JSON line without text in `field`.
std::vector<Document> read_documents(const Path& root, const std::string& field,
                                     const std::string& encoding);

/// The objects of a JSON-lines file with their line numbers; empty lines are left out.
std::vector<std::pair<std::size_t, Json>> parse_json_lines(const std::string& text,
                                                           const std::string& where);

/// The text in a field of such an object. Error naming the place.
std::string json_text(const Json& object, const std::string& field, const std::string& where);

}  // namespace warmstart::text
