// Walks a traced graph once: what follows from parameters and constants alone is computed now, the
// rest becomes ONNX nodes. Used by onnx_writer only.
#pragma once
#include <map>

#include "core/export/onnx_call.h"
#include "core/export/torchscript.h"

namespace warmstart {

const OnnxConversions& onnx_conversion_table();

class OnnxConverter {
 public:
  OnnxConverter(const TracedModel& traced, onnx::GraphProto& graph)
      : traced_(traced), graph_(graph) {}
  void convert();

 private:
  void add_inputs();
  void add_output();
  void convert_node(torch::jit::Node* node);
  void take_attribute(const torch::jit::Node* node);
  void make_list(const torch::jit::Node* node);
  void unpack_list(const torch::jit::Node* node);
  bool compute_now(torch::jit::Node* node);
  void call_conversion(const torch::jit::Node* node);
  OnnxValue& value(const torch::jit::Value* value) { return values_.at(value); }
  std::vector<OnnxValue*> arguments(const torch::jit::Node* node);

  const TracedModel& traced_;
  OnnxGraph graph_;
  std::map<const torch::jit::Value*, OnnxValue> values_;
};

}  // namespace warmstart
