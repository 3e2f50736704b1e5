#include "core/export/file_inputs.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/models/reads_more.h"

namespace warmstart {

Batch file_inputs(const Model& model, const Batch& watched) {
  if (const auto* more = dynamic_cast<const ReadsMore*>(&model)) return more->file_inputs(watched);
  Batch inputs;
  inputs.set(model.input(), watched.get(model.input()));
  return inputs;
}

at::Tensor forward_file(Model& model, const Batch& inputs) {
  if (auto* more = dynamic_cast<ReadsMore*>(&model)) return more->forward_file(inputs);
  return model.forward(inputs.get(model.input()));
}

at::Tensor run_logits(const Model& model, const at::Tensor& output, const Batch& watched) {
  const auto* more = dynamic_cast<const ReadsMore*>(&model);
  return more != nullptr ? more->run_logits(output, watched) : output;
}

std::vector<at::Tensor> tensors_of(const Batch& inputs) {
  std::vector<at::Tensor> tensors;
  for (const auto& [name, tensor] : inputs.fields()) tensors.push_back(tensor);
  return tensors;
}

std::vector<std::string> file_names(const Batch& inputs) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : inputs.fields())
    names.push_back(names.empty() ? kExportInput : name);
  return names;
}

Batch rows_of(const Batch& batch, std::int64_t rows) {
  Batch part;
  for (const auto& [name, tensor] : batch.fields()) {
    const at::Tensor row = at::arange(rows, at::kLong).remainder(tensor.size(0));
    part.set(name, tensor.index_select(0, row));
  }
  return part;
}

Batch batch_of(const Model& model, const Batch& inputs, std::int64_t rows, std::int64_t size) {
  Batch part = rows_of(inputs, rows);
  for (const auto& [name, tensor] : inputs.fields()) {
    at::Tensor cut = part.get(name);
    for (const std::int64_t axis : model.free_axes()) {
      if (axis > 0 && axis < cut.dim()) cut = cut.narrow(axis, 0, std::min(size, cut.size(axis)));
    }
    part.set(name, cut.contiguous());
  }
  return part;
}

std::int64_t free_size(const Model& model, const Batch& inputs) {
  std::int64_t longest = 1;
  for (const auto& [name, tensor] : inputs.fields()) {
    for (const std::int64_t axis : model.free_axes()) {
      if (axis > 0 && axis < tensor.dim()) longest = std::max(longest, tensor.size(axis));
    }
  }
  return longest;
}

}  // namespace warmstart
