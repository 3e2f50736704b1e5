// From a traced model to an ONNX file: opset 17, one free axis "batch", weights as raw data under
// the source model's names. Called by the exporter. The result passes ONNX's own checker and strict
// shape inference, or an Error says why not.
#pragma once
#include "core/export/onnx_proto.h"
#include "core/export/torchscript.h"

namespace warmstart {

inline constexpr int kOnnxOpset = 17;

/// The model as a message. `metadata`: an object; each member becomes one entry of metadata_props
/// (text as it is, other values as JSON). Errors: an operation that has no conversion, named with
/// its place; a fixed batch; more than 2 GB.
onnx::ModelProto to_onnx(const TracedModel& traced, const Json& metadata);

/// to_onnx, checked, written atomically as one file.
void write_onnx(const TracedModel& traced, const Json& metadata, const Path& path);

/// The operations that can be converted, by ATen name.
std::vector<std::string> onnx_conversions();

}  // namespace warmstart
