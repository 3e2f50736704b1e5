#include "core/export/onnx_graph.h"

#include <ATen/ATen.h>

#include "core/base/error.h"

namespace warmstart {
namespace {

struct AttributeWriter {
  onnx::AttributeProto& attribute;

  void operator()(std::int64_t value) const {
    attribute.set_type(onnx::AttributeProto::INT);
    attribute.set_i(value);
  }
  void operator()(double value) const {
    attribute.set_type(onnx::AttributeProto::FLOAT);
    attribute.set_f(static_cast<float>(value));
  }
  void operator()(const std::string& value) const {
    attribute.set_type(onnx::AttributeProto::STRING);
    attribute.set_s(value);
  }
  void operator()(const std::vector<std::int64_t>& values) const {
    attribute.set_type(onnx::AttributeProto::INTS);
    for (const std::int64_t value : values) attribute.add_ints(value);
  }
  void operator()(const std::vector<double>& values) const {
    attribute.set_type(onnx::AttributeProto::FLOATS);
    for (const double value : values) attribute.add_floats(static_cast<float>(value));
  }
};

void set_value_info(onnx::ValueInfoProto& info, const std::string& name, at::ScalarType type,
                    const std::vector<std::int64_t>& shape) {
  info.set_name(name);
  auto& tensor = *info.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(onnx_type(type));
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::int64_t size = shape[i];
    auto& axis = *tensor.mutable_shape()->add_dim();
    if (size < 0) {
      axis.set_dim_param(i == 0 ? "batch" : "length");
    } else {
      axis.set_dim_value(size);
    }
  }
  tensor.mutable_shape();
}

}  // namespace

int onnx_type(at::ScalarType type) {
  switch (type) {
    case at::kFloat:
      return onnx::TensorProto::FLOAT;
    case at::kDouble:
      return onnx::TensorProto::DOUBLE;
    case at::kHalf:
      return onnx::TensorProto::FLOAT16;
    case at::kBFloat16:
      return onnx::TensorProto::BFLOAT16;
    case at::kLong:
      return onnx::TensorProto::INT64;
    case at::kInt:
      return onnx::TensorProto::INT32;
    case at::kShort:
      return onnx::TensorProto::INT16;
    case at::kChar:
      return onnx::TensorProto::INT8;
    case at::kByte:
      return onnx::TensorProto::UINT8;
    case at::kBool:
      return onnx::TensorProto::BOOL;
    default:
      throw Error(std::string("ONNX export has no tensors of type ") + c10::toString(type), "",
                  "convert the tensor to float32 or int64 inside the model");
  }
}

std::string OnnxGraph::unique(const std::string& wanted) {
  std::string name = wanted;
  while (!names_.insert(name).second) name = wanted + "_" + std::to_string(++counts_[wanted]);
  return name;
}

std::vector<std::string> OnnxGraph::nodes(const std::string& op,
                                          const std::vector<std::string>& inputs,
                                          const OnnxAttributes& attributes, std::size_t outputs) {
  onnx::NodeProto& node = *graph_.add_node();
  const std::string name = op + "_" + std::to_string(graph_.node_size());
  node.set_op_type(op);
  node.set_name(name);
  for (const std::string& input : inputs) node.add_input(input);
  for (const auto& [key, value] : attributes) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(key);
    std::visit(AttributeWriter{attribute}, value);
  }
  std::vector<std::string> names;
  for (std::size_t i = 0; i < outputs; ++i) {
    names.push_back(unique(outputs == 1 ? name + ".out" : name + ".out" + std::to_string(i)));
    node.add_output(names.back());
  }
  return names;
}

std::string OnnxGraph::node(const std::string& op, const std::vector<std::string>& inputs,
                            const OnnxAttributes& attributes) {
  return nodes(op, inputs, attributes, 1).front();
}

std::string OnnxGraph::weight(const at::Tensor& value, const std::string& name) {
  const at::Tensor data = value.detach().cpu().contiguous();
  onnx::TensorProto& proto = *graph_.add_initializer();
  proto.set_name(unique(name));
  proto.set_data_type(onnx_type(data.scalar_type()));
  for (const std::int64_t size : data.sizes()) proto.add_dims(size);
  proto.set_raw_data(data.data_ptr(), data.nbytes());
  return proto.name();
}

std::string OnnxGraph::integers(const std::vector<std::int64_t>& values) {
  std::string key = "shape";
  for (const std::int64_t value : values) key += "_" + std::to_string(value);
  auto& name = constants_[key];
  if (name.empty()) name = weight(at::tensor(values, at::kLong), key);
  return name;
}

std::string OnnxGraph::floats(const std::vector<float>& values) {
  const at::Tensor tensor = at::tensor(values, at::kFloat);
  const std::string bits(static_cast<const char*>(tensor.data_ptr()), tensor.nbytes());
  auto& name = constants_["floats:" + bits];
  if (name.empty()) name = weight(tensor, "scales");
  return name;
}

std::string OnnxGraph::scalar(double value, at::ScalarType type) {
  const at::Tensor tensor = at::scalar_tensor(value, at::TensorOptions().dtype(type));
  const std::string bits(static_cast<const char*>(tensor.data_ptr()), tensor.nbytes());
  auto& name = constants_[std::string(c10::toString(type)) + ":" + bits];
  if (name.empty()) name = weight(tensor, "constant");
  return name;
}

void OnnxGraph::add_input(const std::string& name, at::ScalarType type,
                          const std::vector<std::int64_t>& shape) {
  set_value_info(*graph_.add_input(), name, type, shape);
}

void OnnxGraph::rename_output(const std::string& from, const std::string& to) {
  if (from == graph_.input(0).name()) {  // a model that hands its input through
    onnx::NodeProto& node = *graph_.add_node();
    node.set_op_type("Identity");
    node.set_name("Identity_out");
    node.add_input(from);
    node.add_output(to);
    return;
  }
  for (onnx::NodeProto& node : *graph_.mutable_node()) {
    for (std::string& input : *node.mutable_input()) input = input == from ? to : input;
    for (std::string& output : *node.mutable_output()) output = output == from ? to : output;
  }
}

void OnnxGraph::add_output(const std::string& name, at::ScalarType type,
                           const std::vector<std::int64_t>& shape) {
  set_value_info(*graph_.add_output(), name, type, shape);
}

}  // namespace warmstart
