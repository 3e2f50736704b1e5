#include "plugins/audio/components/prediction_table.h"

#include <ATen/ATen.h>

#include <cstdio>

#include "core/base/error.h"
#include "core/base/json.h"

namespace warmstart::audio {
namespace {

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string number_text(double value, const char* format) {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string said_classes(const at::Tensor& probabilities, const std::vector<std::string>& names,
                         bool multilabel) {
  if (!multilabel)
    return names[static_cast<std::size_t>(probabilities.argmax().item<std::int64_t>())];
  std::string said;
  for (std::size_t k = 0; k < names.size(); ++k) {
    if (probabilities[static_cast<std::int64_t>(k)].item<double>() > 0.5)
      said += (said.empty() ? "" : ";") + names[k];
  }
  return said;
}

void append_line(const Path& path, const std::string& line) {
  AppendFile file(path);
  file.append(line);
  file.flush();
}

/// The same row for both files.
struct PredictionRow {
  std::string head, line;
  Json json;
};

std::vector<Path> append_row(const PredictionRow& row, bool first, const Path& folder) {
  const Path csv = folder / "predictions.csv", jsonl = folder / "predictions.jsonl";
  if (first) {
    write_atomically(csv, row.head + "\n");
    write_atomically(jsonl, "");
  }
  append_line(csv, row.line);
  append_line(jsonl, row.json.dump(-1, ' ', false, Json::error_handler_t::replace));
  return {csv, jsonl};
}

}  // namespace

std::vector<Path> write_tags(const TaggedSpan& span, const Batch& outputs,
                             const std::vector<std::string>& names, bool multilabel, bool first,
                             const Path& folder) {
  const at::Tensor logits = outputs.get("logits").detach().to(at::kCPU, at::kDouble);
  if (logits.dim() != 1 || logits.numel() != static_cast<std::int64_t>(names.size())) {
    throw Error("the model does not give one score a class", span.file,
                "predict with a classifier of the same classes");
  }
  const at::Tensor probabilities = multilabel ? logits.sigmoid() : logits.softmax(0);
  const std::string said = said_classes(probabilities, names, multilabel);
  std::string head = "file,start_s,seconds,label";
  std::string row = csv_field(span.file) + "," + number_text(span.start, "%.3f") + "," +
                    number_text(span.seconds, "%.3f") + "," + csv_field(said);
  Json json{
      {"file", span.file}, {"start_s", span.start}, {"seconds", span.seconds}, {"label", said}};
  for (std::size_t k = 0; k < names.size(); ++k) {
    const double p = probabilities[static_cast<std::int64_t>(k)].item<double>();
    head += "," + csv_field(names[k]);
    row += "," + number_text(p, "%.6f");
    json["probabilities"][names[k]] = p;
  }
  return append_row({head, row, json}, first, folder);
}

std::vector<Path> write_transcript(const std::string& file, const std::string& text, bool first,
                                   const Path& folder) {
  return append_row(
      {"file,text", csv_field(file) + "," + csv_field(text), {{"file", file}, {"text", text}}},
      first, folder);
}

}  // namespace warmstart::audio
