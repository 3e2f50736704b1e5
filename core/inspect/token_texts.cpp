#include "core/inspect/token_texts.h"

#include <ATen/ATen.h>

namespace warmstart {

Json token_texts(const at::Tensor& tokens_ST, const Dataset& dataset) {
  if (dataset.token_text(0).empty()) return {};
  const at::Tensor tokens = tokens_ST.to(at::kCPU, at::kLong).contiguous();
  const std::int64_t length = tokens.size(1);
  const auto* numbers = tokens.data_ptr<std::int64_t>();
  Json texts = Json::array();
  for (std::int64_t sample = 0; sample < tokens.size(0); ++sample) {
    Json row = Json::array();
    for (std::int64_t i = 0; i < length; ++i)
      row.push_back(dataset.token_text(numbers[sample * length + i]));
    texts.push_back(std::move(row));
  }
  return texts;
}

}  // namespace warmstart
