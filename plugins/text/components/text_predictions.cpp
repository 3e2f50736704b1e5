#include "plugins/text/components/text_predictions.h"

namespace warmstart::text {

std::vector<std::filesystem::path> write_text_row(const LabelledText& text, const Batch& outputs,
                                                  const PredictionTable& table) {
  std::vector<PredictionColumn> about{{"source", text.id, text.id}, {"text", text.text, text.text}};
  if (!text.second.empty()) about.push_back({"second", text.second, text.second});
  return write_prediction(about, outputs, table, text.id);
}

}  // namespace warmstart::text
