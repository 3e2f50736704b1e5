// What an exported file takes for given samples, and what it must give for them. The tracer and the
// verification use it; see reads_more.h for models that take more than one field.
#pragma once
#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "core/data/batch.h"
#include "core/models/model.h"

namespace warmstart {

/// Names of the first input and of the one output in every exported file; further inputs have the
/// name of their field.
inline constexpr const char* kExportInput = "input";
inline constexpr const char* kExportOutput = "output";

/// The file's inputs for such a batch, as fields, `model.input()` first.
Batch file_inputs(const Model& model, const Batch& watched);
/// The file's output of those, computed by the model.
at::Tensor forward_file(Model& model, const Batch& inputs);
/// The part of the file's output that `run` gives as logits for `watched`.
at::Tensor run_logits(const Model& model, const at::Tensor& output, const Batch& watched);

std::vector<at::Tensor> tensors_of(const Batch& inputs);
/// Their names in the file, in order.
std::vector<std::string> file_names(const Batch& inputs);

/// `rows` samples of every field, repeated in order as needed.
Batch rows_of(const Batch& batch, std::int64_t rows);
/// The same of file inputs, cut to `size` along the model's other free axes (what is shorter
/// stays).
Batch batch_of(const Model& model, const Batch& inputs, std::int64_t rows, std::int64_t size);
/// The longest free axis of the inputs beside the batch; 1 where there is none.
std::int64_t free_size(const Model& model, const Batch& inputs);

}  // namespace warmstart
