#include "plugins/text/io/conll.h"

#include <algorithm>
#include <sstream>

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "plugins/text/io/text_file.h"
#include "plugins/text/io/unicode.h"

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

/// "(Ankara'da)," -> "(", "Ankara'da", ")", ",".
void add_words(const std::u32string& chunk, std::vector<std::string>& words) {
  std::size_t first = 0, last = chunk.size();
  while (first < last && is_punctuation(chunk[first])) ++first;
  while (last > first && is_punctuation(chunk[last - 1])) --last;
  for (std::size_t i = 0; i < chunk.size();) {
    const std::size_t end = i == first && last > first ? last : i + 1;
    words.push_back(utf8(std::u32string_view(chunk).substr(i, end - i)));
    i = end;
  }
}

std::vector<TaggedSentence> untagged_lines(const std::string& text, const std::string& where) {
  std::vector<TaggedSentence> sentences;
  std::istringstream lines(text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    TaggedSentence sentence{++number, where, {}, {}, false};
    std::u32string chunk;
    for (const char32_t point : code_points(line + " ")) {
      if (!is_space(point)) {
        chunk.push_back(point);
        continue;
      }
      add_words(chunk, sentence.words);
      chunk.clear();
    }
    if (!sentence.words.empty()) sentences.push_back(std::move(sentence));
  }
  return sentences;
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
    const auto wanted =
        static_cast<std::size_t>(std::max({word + 1, tag + 1, tag == kNoTagColumn ? 1 : 2}));
    if (columns.size() < wanted) {
      throw Error("expected " + std::to_string(wanted) + " columns, found " +
                      std::to_string(columns.size()) + " ('" + line + "')",
                  where + ":" + std::to_string(number), "write a word and its tag on each line");
    }
    if (!open) sentences.push_back({number, where, {}, {}, false});
    open = true;
    sentences.back().words.push_back(columns[static_cast<std::size_t>(word)]);
    if (tag == kNoTagColumn) continue;
    sentences.back().tags.push_back(tag < 0 ? columns.back()
                                            : columns[static_cast<std::size_t>(tag)]);
  }
  return sentences;
}

std::vector<TaggedSentence> read_tagged(const Path& file, const TagColumns& columns,
                                        const std::string& encoding) {
  return parse_conll(read_text(file, encoding).text, file.string(),
                     static_cast<int>(columns.word - 1), static_cast<int>(columns.tag - 1));
}

std::vector<TaggedSentence> read_untagged(const Path& file, const TagColumns& columns,
                                          const std::string& encoding) {
  const std::string text = read_text(file, encoding).text;
  if (lower_extension(file) != ".conll") return untagged_lines(text, file.string());
  return parse_conll(text, file.string(), static_cast<int>(columns.word - 1), kNoTagColumn);
}

std::string words_text(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string name_of(const TaggedSentence& sentence) {
  return Path(sentence.file).filename().string() + ":" + std::to_string(sentence.line);
}

}  // namespace warmstart::text
