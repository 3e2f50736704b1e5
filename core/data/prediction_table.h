// What a classifier or tagger said about samples, as a table: predictions.csv for people and
// spreadsheets, predictions.jsonl for machines. Data sets call it once a sample, in order.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/data/batch.h"

namespace warmstart {

/// A column that says which sample a row is about.
struct PredictionColumn {
  std::string name, text;  ///< as the CSV shows it
  Json value;              ///< as JSON holds it
};

struct PredictionTable {
  std::vector<std::string> class_names;
  bool multilabel = false;
  bool first = false;  ///< begins new files
  std::filesystem::path folder;
};

/// Adds a row: what it is about, the best class (`multilabel`: every class above one half, joined
/// by ';'), and each class's probability. `logits` (K) of `outputs`. Returns the two files. Error
/// naming `where` when the model does not give one score a class.
std::vector<std::filesystem::path> write_prediction(const std::vector<PredictionColumn>& about,
                                                    const Batch& outputs,
                                                    const PredictionTable& table,
                                                    const std::string& where);

/// Adds a row of these columns alone. `first` begins new files. Returns the two files.
std::vector<std::filesystem::path> write_prediction_row(
    const std::vector<PredictionColumn>& columns, bool first, const std::filesystem::path& folder);

/// Adds a line to a text file that `write_prediction` or a data set began.
void append_line(const std::filesystem::path& path, const std::string& line);

}  // namespace warmstart
