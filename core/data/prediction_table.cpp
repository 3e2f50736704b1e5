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
  std::string head, row;
  Json json;
  for (const PredictionColumn& column : about) {
    head += column.name + ",";
    row += csv_field(column.text) + ",";
    json[column.name] = column.value;
  }
  head += "label", row += csv_field(said), json["label"] = said;
  for (std::size_t k = 0; k < table.class_names.size(); ++k) {
    const double p = probabilities[static_cast<std::int64_t>(k)].item<double>();
    head += "," + csv_field(table.class_names[k]);
    row += "," + probability_text(p);
    json["probabilities"][table.class_names[k]] = p;
  }
  const std::filesystem::path csv = table.folder / "predictions.csv",
                              jsonl = table.folder / "predictions.jsonl";
  if (table.first) {
    write_atomically(csv, head + "\n");
    write_atomically(jsonl, "");
  }
  append_line(csv, row);
  append_line(jsonl, json.dump(-1, ' ', false, Json::error_handler_t::replace));
  return {csv, jsonl};
}

}  // namespace warmstart
