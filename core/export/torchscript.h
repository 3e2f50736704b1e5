// From a C++ model to a recorded graph. The exporter calls this; the ONNX writer reads the graph,
// the TorchScript file is the same graph beside its parameters. What must hold: `forward` keeps the
// model's free axes free (the batch: x.reshape({-1, T, D}), never x.size(0); and where a model says
// so the length); a graph in which one is fixed is refused with the place.
#pragma once
#include <torch/csrc/jit/api/module.h>

#include <memory>
#include <string>

#include "core/base/files.h"
#include "core/base/json.h"
#include "core/export/file_inputs.h"
#include "core/models/evaluation_scope.h"
#include "core/models/model.h"

namespace warmstart {

struct TracedModel {
  /// Parameters and buffers under the source model's names, and the method `forward`.
  torch::jit::Module module;
  /// What `forward` does. Tensor values carry dtype and shape; an axis that follows a free one of
  /// the input has no size.
  std::shared_ptr<torch::jit::Graph> graph;
  std::vector<std::string> inputs;  ///< their names, in order
};

/// `inputs`: see file_inputs, each (N,...) with any N >= 1; axes that are not free are fixed to
/// their sizes. Traces twice, at batch 2 and 3 and with other sizes along the model's free axes,
/// and compares. Errors: parameters not on the CPU; a path or a number in `forward` that depends on
/// a free axis.
TracedModel trace_model(Model& model, const Batch& inputs);

/// One file that torch::jit::load and Python's torch.jit.load open; `metadata` is the extra file
/// "metadata.json".
void write_torchscript(const TracedModel& traced, const Json& metadata, const Path& path);

/// For files that this program wrote: TorchScript is code, so a stranger's file never comes here.
torch::jit::Module read_torchscript(const Path& path, Json* metadata = nullptr);

/// "encoder.0.weight" for a value that a graph took from its module, else "".
std::string parameter_name(const torch::jit::Value* value);

/// For messages: "aten::cumsum after 'encoder.0.weight'", the parameter being the nearest one
/// upstream.
std::string describe_place(const torch::jit::Node* node);

}  // namespace warmstart
