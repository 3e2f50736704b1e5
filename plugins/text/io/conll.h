// Sentences with a tag for each word in columns, a blank line between sentences (CoNLL).
#pragma once
#include <string>
#include <vector>

namespace warmstart::text {

struct TaggedSentence {
  std::size_t line = 0;  ///< of its first word, from 1
  std::vector<std::string> words, tags;
};

/// Columns are separated by tabs, or by spaces where a line has no tab; `word` and `tag` count from
/// 0, tag -1 = the last column. "-DOCSTART-" lines are left out. Errors name `where` and the line.
std::vector<TaggedSentence> parse_conll(const std::string& text, const std::string& where,
                                        int word = 0, int tag = -1);

}  // namespace warmstart::text
