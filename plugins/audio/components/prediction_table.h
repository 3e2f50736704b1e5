// What a classifier or tagger said about files, as a table: predictions.csv for people and
// spreadsheets, predictions.jsonl for machines. Datasets call it once a sample, in order.
#pragma once
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/data/batch.h"

namespace warmstart::audio {

struct TaggedSpan {
  std::string file;
  double start = 0, seconds = 0;
};

/// One row: file, start and length in s, the best class (`multilabel`: every class above one half,
/// joined by ';'), and each class's probability. `first` begins new files. `logits` (K) of
/// `outputs`. Returns the two files.
std::vector<Path> write_tags(const TaggedSpan& span, const Batch& outputs,
                             const std::vector<std::string>& class_names, bool multilabel,
                             bool first, const Path& folder);

/// One row: file and the words that were heard. `first` begins new files. Returns the two files.
std::vector<Path> write_transcript(const std::string& file, const std::string& text, bool first,
                                   const Path& folder);

}  // namespace warmstart::audio
