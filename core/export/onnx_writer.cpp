#include "core/export/onnx_writer.h"

#include <onnx/checker.h>
#include <onnx/shape_inference/implementation.h>

#include <limits>

#include "core/export/onnx_converter.h"

namespace warmstart {
namespace {

void check_size(const TracedModel& traced) {
  std::size_t bytes = 0;
  for (const auto& tensor : traced.module.parameters()) bytes += tensor.nbytes();
  for (const auto& tensor : traced.module.buffers()) bytes += tensor.nbytes();
  if (bytes < static_cast<std::size_t>(std::numeric_limits<int>::max()) - (1U << 20)) return;
  throw Error("the model's weights take " + std::to_string(bytes >> 20) +
                  " MiB, an ONNX file holds at most 2048 MiB",
              "", "export as torchscript or safetensors");
}

void add_metadata(onnx::ModelProto& model, const Json& metadata) {
  for (const auto& [key, value] : metadata.items()) {
    auto& entry = *model.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value.is_string() ? value.get<std::string>() : value.dump());
  }
}

/// ONNX's own opinion: the structure is legal, and every type and shape follows.
void check_onnx(onnx::ModelProto& model) {
  try {
    onnx::checker::check_model(model);
    const onnx::ShapeInferenceOptions strict(/*check_type=*/true, /*strict_mode=*/1,
                                             /*data_prop=*/true);
    onnx::shape_inference::InferShapes(model, onnx::OpSchemaRegistry::Instance(), strict);
  } catch (const std::exception& error) {
    throw Error(std::string("ONNX's checker refused the converted model: ") + error.what(), "",
                "export as torchscript and report the model that caused this",
                ErrorKind::kVerification);
  }
}

}  // namespace

onnx::ModelProto to_onnx(const TracedModel& traced, const Json& metadata) {
  check_size(traced);
  onnx::ModelProto model;
  model.set_ir_version(8);
  model.set_producer_name("warmstart");
  auto& opset = *model.add_opset_import();
  opset.set_domain("");
  opset.set_version(kOnnxOpset);
  onnx::GraphProto& graph = *model.mutable_graph();
  graph.set_name("model");
  OnnxConverter(traced, graph).convert();
  add_metadata(model, metadata);
  check_onnx(model);
  return model;
}

void write_onnx(const TracedModel& traced, const Json& metadata, const Path& path) {
  const onnx::ModelProto model = to_onnx(traced, metadata);
  std::string bytes;
  if (!model.SerializeToString(&bytes)) {
    throw Error("the ONNX model does not fit into one file of 2048 MiB", path.string(),
                "export as torchscript or safetensors");
  }
  write_atomically(path, bytes);
}

std::vector<std::string> onnx_conversions() {
  std::vector<std::string> names;
  for (const auto& entry : onnx_conversion_table()) names.push_back(entry.first);
  return names;
}

}  // namespace warmstart
