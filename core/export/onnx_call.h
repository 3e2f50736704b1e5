// One operation of a traced graph while it is turned into ONNX nodes: its arguments, and where
// results go. The operator files (onnx_ops_*.cpp) use it; the converter makes one for each node
// whose value depends on the input.
#pragma once
#include <ATen/core/ivalue.h>
#include <torch/csrc/jit/ir/ir.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/export/onnx_graph.h"

namespace warmstart {

/// What the converter knows of a value: it is either known now (parameters, constants and what
/// follows from them), or the name of an ONNX value, or a list of such.
struct OnnxValue {
  std::optional<c10::IValue> known;
  std::string name;              ///< of the ONNX value; of a known tensor: what to call its weight
  std::string weight;            ///< of a known tensor: the weight made from it, once it is needed
  std::vector<OnnxValue> items;  ///< of a list that is not wholly known
  at::ScalarType type = at::kFloat;
  std::vector<std::int64_t> shape;  ///< -1 for an axis that follows the batch
};

/// Type and shape of a graph value, as the two traces agree on them; not known, no name.
OnnxValue describe_value(const torch::jit::Value* value);

using OnnxShape = std::vector<std::int64_t>;

class OnnxCall {
 public:
  OnnxCall(const torch::jit::Node& node, std::vector<OnnxValue*> arguments, OnnxGraph& graph);

  const torch::jit::Node& node() const { return node_; }
  OnnxGraph& graph() { return graph_; }
  std::size_t count() const { return arguments_.size(); }

  /// True for an argument that is None or not there.
  bool none(std::size_t i) const;
  bool known(std::size_t i) const {
    return i < arguments_.size() && arguments_[i]->known.has_value();
  }
  /// Known arguments. Error "needs a fixed value" when one depends on the input.
  const c10::IValue& value(std::size_t i) const;
  std::int64_t integer(std::size_t i) const { return value(i).toInt(); }
  double number(std::size_t i) const { return value(i).toScalar().toDouble(); }
  bool flag(std::size_t i) const { return value(i).toBool(); }
  std::string text(std::size_t i) const { return value(i).toStringRef(); }
  std::vector<std::int64_t> integers(std::size_t i) const { return value(i).toIntVector(); }
  /// As integers(), stretched to `rank` when a single number was given.
  std::vector<std::int64_t> integers(std::size_t i, std::size_t rank) const;

  /// The ONNX name of a tensor argument (a weight is added on first use).
  std::string tensor(std::size_t i);
  /// As tensor(), cast to `type`; numbers become 0-D constants.
  std::string tensor(std::size_t i, at::ScalarType type);
  std::vector<OnnxValue*> list(std::size_t i);
  std::string name_of(OnnxValue& value);
  /// A list of sizes as a 1-D int64 ONNX value, whether known or computed from the input.
  std::string sizes(std::size_t i);

  at::ScalarType type(std::size_t i) const;
  OnnxShape shape(std::size_t i) const;
  std::int64_t rank(std::size_t i) const { return static_cast<std::int64_t>(shape(i).size()); }
  /// `integer(i)` as an axis counted from 0; `extra` 1 for an axis that is to be added.
  std::int64_t axis(std::size_t i, std::size_t of, std::int64_t extra = 0) const;
  std::int64_t wrap(std::int64_t axis, std::int64_t rank) const;
  at::ScalarType result_type(std::size_t output = 0) const;
  OnnxShape result_shape(std::size_t output = 0) const;

  std::string emit(const std::string& op, const std::vector<std::string>& inputs,
                   const OnnxAttributes& attributes = {}) {
    return graph_.node(op, inputs, attributes);
  }
  std::string cast(const std::string& name, at::ScalarType type);
  void result(const std::string& name, std::size_t output = 0) { results_[output].name = name; }
  void result_list(const std::vector<std::string>& names);
  std::vector<OnnxValue>& results() { return results_; }

  /// Throws: the operation is known but not with these arguments.
  [[noreturn]] void refuse(const std::string& reason, const std::string& hint) const;

 private:
  const torch::jit::Node& node_;
  std::vector<OnnxValue*> arguments_;
  OnnxGraph& graph_;
  std::vector<OnnxValue> results_;
};

using OnnxConversion = void (*)(OnnxCall&);
using OnnxConversions = std::map<std::string, OnnxConversion>;

/// Each file of operators adds its own under the ATen name without "aten::".
void add_convolution_conversions(OnnxConversions& table);
void add_normalisation_conversions(OnnxConversions& table);
void add_activation_conversions(OnnxConversions& table);
void add_arithmetic_conversions(OnnxConversions& table);
void add_matrix_conversions(OnnxConversions& table);
void add_reduction_conversions(OnnxConversions& table);
void add_shape_conversions(OnnxConversions& table);
void add_index_conversions(OnnxConversions& table);
void add_creation_conversions(OnnxConversions& table);
void add_pooling_conversions(OnnxConversions& table);
void add_resampling_conversions(OnnxConversions& table);

}  // namespace warmstart
