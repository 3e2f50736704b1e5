// What a classifier of texts said, as rows of predictions.csv and predictions.jsonl.
#pragma once
#include <filesystem>
#include <vector>

#include "core/data/prediction_table.h"
#include "plugins/text/io/labelled_texts.h"

namespace warmstart::text {

/// A row: source (file and line), text, second text where there is one, classes.
std::vector<std::filesystem::path> write_text_row(const LabelledText& text, const Batch& outputs,
                                                  const PredictionTable& table);

}  // namespace warmstart::text
