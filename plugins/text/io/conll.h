// Sentences with a tag for each word in columns, a blank line between sentences (CoNLL).
#pragma once
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart::text {

struct TaggedSentence {
  std::size_t line = 0;  ///< of its first word, from 1
  std::string file;
  std::vector<std::string> words, tags;
  bool goes_on = false;  ///< the next one is the rest of the same sentence
};

struct TagColumns {
  std::int64_t word = 1, tag = 0;  ///< from 1; tag 0 = the last one
};

inline constexpr int kNoTagColumn = -2;

/// Columns are separated by tabs, or by spaces where a line has no tab; `word` and `tag` count from
/// 0, tag -1 = the last column, kNoTagColumn = there are no tags. "-DOCSTART-" lines are left out.
/// Errors name `where` and the line.
std::vector<TaggedSentence> parse_conll(const std::string& text, const std::string& where,
                                        int word = 0, int tag = -1);

/// A file of columns in any encoding that can be told.
std::vector<TaggedSentence> read_tagged(const Path& file, const TagColumns& columns,
                                        const std::string& encoding);

/// A user's file without tags: columns in a .conll file, of which the one with the word is read;
/// else a sentence a line, cut at spaces, with the punctuation around a word set apart.
std::vector<TaggedSentence> read_untagged(const Path& file, const TagColumns& columns,
                                          const std::string& encoding);

std::string words_text(const std::vector<std::string>& words);  ///< joined by spaces
/// "train.conll:12", for people.
std::string name_of(const TaggedSentence& sentence);

}  // namespace warmstart::text
