// One node of an ONNX graph while it is run: inputs and attributes with their defaults. The
// reader's kernels (onnx_kernels_*.cpp) are functions of it.
#pragma once
#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

#include "core/export/onnx_proto.h"

namespace warmstart {

class OnnxStep {
 public:
  OnnxStep(const onnx::NodeProto& node, std::vector<at::Tensor> inputs)
      : node_(node), inputs_(std::move(inputs)) {}

  const std::string& op() const { return node_.op_type(); }
  std::size_t count() const { return inputs_.size(); }
  std::size_t outputs() const { return static_cast<std::size_t>(node_.output_size()); }
  bool has(std::size_t i) const { return i < inputs_.size() && inputs_[i].defined(); }
  const at::Tensor& in(std::size_t i = 0) const;            ///< Error when it is not there
  std::vector<std::int64_t> integers(std::size_t i) const;  ///< an int64 input as numbers
  std::int64_t attribute(const char* name, std::int64_t fallback) const;
  double number(const char* name, double fallback) const;
  std::string text(const char* name, const std::string& fallback) const;
  std::vector<std::int64_t> list(const char* name, std::vector<std::int64_t> fallback = {}) const;
  bool given(const char* name) const { return find(name) != nullptr; }
  const onnx::AttributeProto* find(const char* name) const;
  [[noreturn]] void refuse(const std::string& reason) const;

 private:
  const onnx::NodeProto& node_;
  std::vector<at::Tensor> inputs_;
};

using OnnxResults = std::vector<at::Tensor>;
using OnnxKernel = OnnxResults (*)(const OnnxStep&);
using OnnxKernels = std::map<std::string, OnnxKernel>;

void add_elementwise_kernels(OnnxKernels& table);
void add_layer_kernels(OnnxKernels& table);
void add_layout_kernels(OnnxKernels& table);
void add_reduction_kernels(OnnxKernels& table);

/// A weight (or a Constant's value) as a tensor. `folder` is where external data may lie.
at::Tensor tensor_from_onnx(const onnx::TensorProto& proto, const std::string& folder);
at::ScalarType type_from_onnx(int type);

}  // namespace warmstart
