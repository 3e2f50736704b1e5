#include "core/export/onnx_reader.h"

#include <ATen/ATen.h>
#include <google/protobuf/io/coded_stream.h>

#include <limits>
#include <set>

#include "core/base/error.h"
#include "core/export/onnx_step.h"

namespace warmstart {

struct OnnxModel::State {
  struct Input {
    std::string name;
    std::vector<std::int64_t> shape;
  };
  onnx::GraphProto graph;  ///< without its weights, which are in `weights`
  std::string path, output;
  std::vector<Input> inputs;
  std::map<std::string, at::Tensor> weights;
  std::map<std::string, int> last_use;  ///< the node after which a value may go
  std::map<std::string, std::string> metadata;
};

namespace {

constexpr int kOldestOpset = 13, kNewestOpset = 17;
constexpr int kMostNodes = 200'000;

const OnnxKernels& onnx_kernel_table() {
  static const OnnxKernels table = [] {
    OnnxKernels all;
    add_elementwise_kernels(all);
    add_layer_kernels(all);
    add_layout_kernels(all);
    add_reduction_kernels(all);
    return all;
  }();
  return table;
}

[[noreturn]] void refuse_model(const std::string& reason, const std::string& path,
                               const std::string& hint) {
  throw Error("not an ONNX model that can be read: " + reason, path, hint);
}

onnx::ModelProto parse_onnx(const std::string& bytes, const std::string& path) {
  onnx::ModelProto model;
  google::protobuf::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                                static_cast<int>(bytes.size()));
  stream.SetTotalBytesLimit(static_cast<int>(bytes.size()) + 1);
  stream.SetRecursionLimit(32);
  if (!model.ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage() ||
      !model.has_graph()) {
    refuse_model("the file is damaged or of another kind", path,
                 "check that it is a complete .onnx file");
  }
  return model;
}

void check_opset(const onnx::ModelProto& model, const std::string& path) {
  for (const auto& opset : model.opset_import()) {
    const bool standard = opset.domain().empty() || opset.domain() == "ai.onnx";
    if (standard && opset.version() >= kOldestOpset && opset.version() <= kNewestOpset) continue;
    refuse_model("operator set '" + opset.domain() + "' version " + std::to_string(opset.version()),
                 path, "export it with opset 13 to 17");
  }
  if (model.opset_import_size() == 0)
    refuse_model("no operator set", path, "export it with opset 13 to 17");
}

void check_nodes(const onnx::GraphProto& graph, const std::string& path) {
  if (graph.node_size() > kMostNodes) refuse_model("too many nodes", path, "simplify the model");
  std::set<std::string> unknown;
  for (const auto& node : graph.node()) {
    const bool standard = node.domain().empty() || node.domain() == "ai.onnx";
    if (!standard || onnx_kernel_table().count(node.op_type()) == 0) unknown.insert(node.op_type());
  }
  if (unknown.empty()) return;
  std::string names;
  for (const std::string& name : unknown) names += (names.empty() ? "" : ", ") + name;
  refuse_model("operations that are not known: " + names, path, "rewrite the model without them");
}

bool fits_shape(const at::Tensor& tensor, const std::vector<std::int64_t>& shape) {
  if (tensor.dim() != static_cast<std::int64_t>(shape.size())) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] >= 0 && tensor.size(static_cast<std::int64_t>(i)) != shape[i]) return false;
  }
  return true;
}

}  // namespace

OnnxModel OnnxModel::read(const Path& path) {
  const std::string name = path.string();
  onnx::ModelProto model = parse_onnx(read_file(path, std::numeric_limits<int>::max() - 1), name);
  check_opset(model, name);
  check_nodes(model.graph(), name);
  auto state = std::make_shared<State>();
  state->path = name;
  const std::string folder = path.has_parent_path() ? path.parent_path().string() : ".";
  for (const auto& weight : model.graph().initializer()) {
    state->weights[weight.name()] = tensor_from_onnx(weight, folder);
  }
  model.mutable_graph()->clear_initializer();
  state->graph.Swap(model.mutable_graph());
  for (const auto& entry : model.metadata_props()) state->metadata[entry.key()] = entry.value();
  for (const auto& input : state->graph.input()) {
    if (state->weights.count(input.name()) != 0) continue;
    State::Input declared{input.name(), {}};
    for (const auto& axis : input.type().tensor_type().shape().dim())
      declared.shape.push_back(axis.has_dim_value() ? axis.dim_value() : -1);
    state->inputs.push_back(std::move(declared));
  }
  if (state->inputs.empty() || state->graph.output_size() == 0)
    refuse_model("no input or no output", name, "give a model with both");
  state->output = state->graph.output(0).name();
  for (int i = 0; i < state->graph.node_size(); ++i) {
    for (const auto& input : state->graph.node(i).input()) state->last_use[input] = i;
  }
  return OnnxModel(std::move(state));
}

at::Tensor OnnxModel::run(at::TensorList inputs) const {
  const at::NoGradGuard no_gradients;
  const State& state = *state_;
  if (inputs.size() != state.inputs.size()) {
    throw Error("the model takes " + std::to_string(state.inputs.size()) + " inputs, given are " +
                    std::to_string(inputs.size()),
                state.path, "give each in the graph's order");
  }
  std::map<std::string, at::Tensor> values;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto& [name, shape] = state.inputs[i];
    if (!fits_shape(inputs[i], shape)) {
      throw Error("the shape " + c10::str(inputs[i].sizes()) + " of '" + name +
                      "' does not fit the model's " + c10::str(at::IntArrayRef(shape)),
                  state.path, "give an input of that shape (-1: any size)");
    }
    values[name] = inputs[i];
  }
  for (int i = 0; i < state.graph.node_size(); ++i) run_node(i, values);
  const auto output = values.find(state.output);
  if (output == values.end())
    refuse_model("nothing computes its output", state.path, "export it again");
  return output->second.contiguous();
}

void OnnxModel::run_node(int index, std::map<std::string, at::Tensor>& values) const {
  const onnx::NodeProto& node = state_->graph.node(index);
  std::vector<at::Tensor> inputs;
  for (const std::string& name : node.input()) {
    const auto value = values.find(name);
    const auto weight = state_->weights.find(name);
    if (value == values.end() && weight == state_->weights.end() && !name.empty()) {
      refuse_model("node '" + node.name() + "' uses '" + name + "' before it is computed",
                   state_->path, "export it again");
    }
    inputs.push_back(name.empty()            ? at::Tensor()
                     : value != values.end() ? value->second
                                             : weight->second);
  }
  try {
    OnnxResults results = onnx_kernel_table().at(node.op_type())(OnnxStep(node, std::move(inputs)));
    for (int i = 0; i < node.output_size(); ++i)
      values[node.output(i)] = results.at(static_cast<std::size_t>(i));
  } catch (const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    refuse_model("node '" + node.name() + "' (" + node.op_type() +
                     ") failed: " + text.substr(0, text.find('\n')),
                 state_->path, "check the input's shape");
  }
  for (const std::string& name : node.input()) {
    if (state_->last_use.at(name) == index && name != state_->output) values.erase(name);
  }
}

const std::map<std::string, std::string>& OnnxModel::metadata() const { return state_->metadata; }

std::vector<std::vector<std::int64_t>> OnnxModel::input_shapes() const {
  std::vector<std::vector<std::int64_t>> shapes;
  for (const State::Input& input : state_->inputs) shapes.push_back(input.shape);
  return shapes;
}

std::size_t OnnxModel::node_count() const {
  return static_cast<std::size_t>(state_->graph.node_size());
}

std::vector<std::string> onnx_reader_operations() {
  std::vector<std::string> names;
  for (const auto& entry : onnx_kernel_table()) names.push_back(entry.first);
  return names;
}

}  // namespace warmstart
