#include "core/data/prediction_table.h"

#include <ATen/ATen.h>

#include <cstdio>

#include "core/base/error.h"
#include "core/base/files.h"

namespace warmstart {
namespace {

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string probability_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6f", value);
  return text;
}

std::string said_classes(const at::Tensor& probabilities, const PredictionTable& table) {
  const std::vector<std::string>& names = table.class_names;
  if (!table.multilabel)
    return names[static_cast<std::size_t>(probabilities.argmax().item<std::int64_t>())];
  std::string said;
  for (std::size_t k = 0; k < names.size(); ++k) {
    if (probabilities[static_cast<std::int64_t>(k)].item<double>() > 0.5)
      said += (said.empty() ? "" : ";") + names[k];
  }
  return said;
}

/// The same row for both files.
struct PredictionRow {
  std::string head, line;
  Json json;
  void add(const PredictionColumn& column) {
    const char* const comma = head.empty() ? "" : ",";
    head += comma + csv_field(column.name);
    line += comma + csv_field(column.text);
    json[column.name] = column.value;
  }
};

std::vector<std::filesystem::path> append_row(const PredictionRow& row, bool first,
                                              const std::filesystem::path& folder) {
  const std::filesystem::path csv = folder / "predictions.csv",
                              jsonl = folder / "predictions.jsonl";
  if (first) {
    write_atomically(csv, row.head + "\n");
    write_atomically(jsonl, "");
  }
  append_line(csv, row.line);
  append_line(jsonl, row.json.dump(-1, ' ', false, Json::error_handler_t::replace));
  return {csv, jsonl};
}

}  // namespace

void append_line(const std::filesystem::path& path, const std::string& line) {
  AppendFile file(path);
  file.append(line);
  file.flush();
}

std::vector<std::filesystem::path> write_prediction(const std::vector<PredictionColumn>& about,
                                                    const Batch& outputs,
                                                    const PredictionTable& table,
                                                    const std::string& where) {
  const at::Tensor logits = outputs.get("logits").detach().to(at::kCPU, at::kDouble);
  if (logits.dim() != 1 || logits.numel() != static_cast<std::int64_t>(table.class_names.size())) {
    throw Error("the model does not give one score a class", where,
                "predict with a classifier of the same classes");
  }
  const at::Tensor probabilities = table.multilabel ? logits.sigmoid() : logits.softmax(0);
  const std::string said = said_classes(probabilities, table);
  PredictionRow row;
  for (const PredictionColumn& column : about) row.add(column);
  row.add({"label", said, said});
  for (std::size_t k = 0; k < table.class_names.size(); ++k) {
    const double p = probabilities[static_cast<std::int64_t>(k)].item<double>();
    row.head += "," + csv_field(table.class_names[k]);
    row.line += "," + probability_text(p);
    row.json["probabilities"][table.class_names[k]] = p;
  }
  return append_row(row, table.first, table.folder);
}

std::vector<std::filesystem::path> write_prediction_row(
    const std::vector<PredictionColumn>& columns, bool first,
    const std::filesystem::path& folder) {
  PredictionRow row;
  for (const PredictionColumn& column : columns) row.add(column);
  return append_row(row, first, folder);
}

}  // namespace warmstart
