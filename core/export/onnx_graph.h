// A growing ONNX graph: nodes, weights and names. The converter of traced graphs fills it; it knows
// nothing of TorchScript.
#pragma once
#include <ATen/core/Tensor.h>

#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/export/onnx_proto.h"

namespace warmstart {

using OnnxAttribute =
    std::variant<std::int64_t, double, std::string, std::vector<std::int64_t>, std::vector<double>>;
using OnnxAttributes = std::vector<std::pair<std::string, OnnxAttribute>>;

/// The ONNX element type; Error for one that ONNX lacks.
int onnx_type(at::ScalarType type);

class OnnxGraph {
 public:
  explicit OnnxGraph(onnx::GraphProto& graph) : graph_(graph) {}

  /// Adds a node with `outputs` results; returns their names. An empty input name is an optional
  /// one left out.
  std::vector<std::string> nodes(const std::string& op, const std::vector<std::string>& inputs,
                                 const OnnxAttributes& attributes, std::size_t outputs);
  std::string node(const std::string& op, const std::vector<std::string>& inputs,
                   const OnnxAttributes& attributes = {});
  /// Adds a weight as raw little-endian data; the name is made unique.
  std::string weight(const at::Tensor& value, const std::string& name);
  /// A 1-D int64 constant; equal ones are shared.
  std::string integers(const std::vector<std::int64_t>& values);
  /// A 1-D float constant; equal ones are shared.
  std::string floats(const std::vector<float>& values);
  /// A 0-D constant of the given type; equal ones are shared.
  std::string scalar(double value, at::ScalarType type);
  /// A graph input or output; -1 in `shape` is a free axis: the first is the
  /// batch, another one the length.
  void add_input(const std::string& name, at::ScalarType type,
                 const std::vector<std::int64_t>& shape);
  void add_output(const std::string& name, at::ScalarType type,
                  const std::vector<std::int64_t>& shape);
  /// Gives a node's result the name of a graph output.
  void rename_output(const std::string& from, const std::string& to);
  /// Keeps a name from being given to anything else.
  void reserve(const std::string& name) { names_.insert(name); }

 private:
  std::string unique(const std::string& wanted);

  onnx::GraphProto& graph_;
  std::set<std::string> names_;
  std::map<std::string, int> counts_;
  std::map<std::string, std::string> constants_;
};

}  // namespace warmstart
