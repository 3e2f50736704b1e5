#include "plugins/text/io/passages.h"

#include <algorithm>
#include <sstream>

#include "core/base/error.h"
#include "plugins/text/io/conll.h"
#include "plugins/text/io/documents.h"
#include "plugins/text/io/text_file.h"

namespace warmstart::text {
namespace {

std::vector<Document> blocks_of(const Document& file) {
  std::vector<Document> blocks;
  std::istringstream lines(file.text);
  std::size_t number = 0;
  bool open = false;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const bool blank = line.find_first_not_of(" \t") == std::string::npos;
    if (!blank && !open) blocks.push_back({file.id + ":" + std::to_string(number), file.file, ""});
    open = !blank;
    if (!blank) blocks.back().text += (blocks.back().text.empty() ? "" : "\n") + line;
  }
  return blocks;
}

std::vector<Document> documents_of(const Path& root, const PassageRules& rules) {
  std::vector<Document> documents;
  if (lower_extension(root) == ".conll") {
    for (const TaggedSentence& sentence : read_untagged(root, {}, rules.encoding))
      documents.push_back({name_of(sentence), root, words_text(sentence.words)});
    return documents;
  }
  for (Document& document : read_documents(root, rules.field, rules.encoding)) {
    if (lower_extension(document.file) == ".jsonl") {
      documents.push_back(std::move(document));
    } else {
      for (Document& block : blocks_of(document)) documents.push_back(std::move(block));
    }
  }
  return documents;
}

/// Place of the separator nearest the middle, npos without one.
std::size_t nearest_middle(const std::string& text, char separator) {
  const std::size_t middle = text.size() / 2;
  const std::size_t after = text.find(separator, middle),
                    before = middle == 0 ? std::string::npos : text.rfind(separator, middle - 1);
  if (before == std::string::npos) return after;
  if (after == std::string::npos) return before;
  return middle - before <= after - middle ? before : after;
}

/// Cuts a text into `parts` of about as many words.
std::vector<std::string> even_parts(const std::string& text, std::size_t parts) {
  if (parts <= 1) return {text};
  std::vector<std::size_t> spaces;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ' || text[i] == '\n') spaces.push_back(i);
  }
  std::vector<std::string> cut;
  std::size_t begin = 0;
  for (std::size_t part = 1; part < parts; ++part) {
    const std::size_t place = spaces.size() * part / parts;
    if (place >= spaces.size() || spaces[place] <= begin) continue;
    cut.push_back(text.substr(begin, spaces[place] - begin));
    begin = spaces[place] + 1;
  }
  cut.push_back(text.substr(begin));
  return cut;
}

}  // namespace

std::pair<std::string, std::string> halves_of(const std::string& text) {
  std::size_t cut = nearest_middle(text, '\n');
  if (cut == std::string::npos) cut = nearest_middle(text, ' ');
  if (cut == std::string::npos) return {text, ""};
  return {text.substr(0, cut), text.substr(cut + 1)};
}

std::vector<Passage> read_passages(const Path& root, const PassageRules& rules) {
  std::vector<Passage> passages;
  std::vector<Document> documents = documents_of(root, rules);
  std::erase_if(documents, [](const Document& document) {
    return document.text.find_first_not_of(" \n\t") == std::string::npos;
  });
  std::vector<std::string> texts;
  for (const Document& document : documents) texts.push_back(document.text);
  const std::vector<std::size_t> needed = rules.parts(texts);
  for (std::size_t number = 0; number < documents.size(); ++number) {
    const Document& document = documents[number];
    const std::vector<std::string> parts = even_parts(document.text, needed[number]);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::string id =
          parts.size() == 1 ? document.id : document.id + "." + std::to_string(i);
      auto [first, second] = halves_of(parts[i]);
      passages.push_back({id, number, std::move(first), std::move(second)});
    }
  }
  if (passages.empty()) throw Error("the corpus is empty", root.string(), "give files with text");
  return passages;
}

}  // namespace warmstart::text
