#include "plugins/text/io/conll.h"

#include <algorithm>
#include <sstream>

#include "core/base/error.h"

namespace warmstart::text {
namespace {

std::vector<std::string> columns_of(const std::string& line) {
  const char separator = line.find('\t') != std::string::npos ? '\t' : ' ';
  std::vector<std::string> columns;
  std::istringstream stream(line);
  for (std::string column; std::getline(stream, column, separator);) {
    if (separator == '\t' || !column.empty()) columns.push_back(column);
  }
  return columns;
}

bool is_blank(const std::string& line) {
  return std::all_of(line.begin(), line.end(), [](char c) { return c == ' ' || c == '\t'; });
}

}  // namespace

std::vector<TaggedSentence> parse_conll(const std::string& text, const std::string& where, int word,
                                        int tag) {
  std::vector<TaggedSentence> sentences;
  std::istringstream lines(text);
  bool open = false;
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (is_blank(line) || line.starts_with("-DOCSTART-")) {
      open = false;
      continue;
    }
    const std::vector<std::string> columns = columns_of(line);
    const auto wanted = static_cast<std::size_t>(std::max({word + 1, tag + 1, 2}));
    if (columns.size() < wanted) {
      throw Error("expected " + std::to_string(wanted) + " columns, found " +
                      std::to_string(columns.size()) + " ('" + line + "')",
                  where + ":" + std::to_string(number), "write a word and its tag on each line");
    }
    if (!open) sentences.push_back({number, {}, {}});
    open = true;
    sentences.back().words.push_back(columns[static_cast<std::size_t>(word)]);
    sentences.back().tags.push_back(tag < 0 ? columns.back()
                                            : columns[static_cast<std::size_t>(tag)]);
  }
  return sentences;
}

}  // namespace warmstart::text
