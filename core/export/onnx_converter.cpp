#include "core/export/onnx_converter.h"

#include <ATen/ATen.h>
#include <torch/csrc/jit/ir/constants.h>

#include "core/base/error.h"

namespace warmstart {
namespace {

namespace jit = torch::jit;

/// Operations that hand out a window into their input's memory.
bool is_view(const jit::Node* node) {
  static const std::set<std::string> views{
      "slice",     "select",  "view",   "reshape", "transpose", "permute",  "t",
      "unsqueeze", "squeeze", "expand", "narrow",  "flatten",   "unflatten"};
  return node->kind().is_aten() && views.count(node->kind().toUnqualString()) != 0;
}

/// "relu" for "relu_": the tracer has re-bound later uses, so the result may stand for the changed
/// input, unless the input is a window whose owner changes with it.
std::string functional_name(const jit::Node* node) {
  std::string name = node->kind().toUnqualString();
  if (!node->kind().is_aten()) return node->kind().toQualString();
  if (name.size() < 2 || name.back() != '_' || name[name.size() - 2] == '_') return name;
  if (is_view(node->input(0)->node())) {
    throw Error(
        "ONNX export: an operation changes part of a tensor in place", describe_place(node),
        "write it without in-place assignment, for example with torch::cat or torch::where");
  }
  name.pop_back();
  return name;
}

OnnxValue known_value(c10::IValue value, std::string name) {
  OnnxValue result;
  result.known = std::move(value);
  result.name = std::move(name);
  return result;
}

}  // namespace

const OnnxConversions& onnx_conversion_table() {
  static const OnnxConversions table = [] {
    OnnxConversions all;
    add_convolution_conversions(all);
    add_normalisation_conversions(all);
    add_activation_conversions(all);
    add_arithmetic_conversions(all);
    add_matrix_conversions(all);
    add_reduction_conversions(all);
    add_shape_conversions(all);
    add_index_conversions(all);
    add_creation_conversions(all);
    add_pooling_conversions(all);
    add_resampling_conversions(all);
    return all;
  }();
  return table;
}

void OnnxConverter::convert() {
  const at::NoGradGuard no_gradients;
  graph_.reserve(kExportOutput);
  add_inputs();
  for (jit::Node* node : traced_.graph->nodes()) convert_node(node);
  add_output();
}

void OnnxConverter::add_inputs() {
  const auto inputs = traced_.graph->inputs();
  values_[inputs[0]] = known_value(traced_.module._ivalue(), "");
  for (std::size_t i = 0; i < traced_.inputs.size(); ++i) {
    OnnxValue input = describe_value(inputs[i + 1]);
    input.name = traced_.inputs[i];
    graph_.reserve(input.name);
    graph_.add_input(input.name, input.type, input.shape);
    values_[inputs[i + 1]] = input;
  }
}

void OnnxConverter::add_output() {
  const jit::Value* output = traced_.graph->outputs()[0];
  OnnxValue& result = value(output);
  if (result.known) {
    throw Error("the model's output does not depend on its input", describe_place(output->node()),
                "check forward");
  }
  graph_.add_output(kExportOutput, result.type, result.shape);
  graph_.rename_output(result.name, kExportOutput);
}

std::vector<OnnxValue*> OnnxConverter::arguments(const jit::Node* node) {
  std::vector<OnnxValue*> list;
  for (const jit::Value* input : node->inputs()) list.push_back(&value(input));
  return list;
}

void OnnxConverter::convert_node(jit::Node* node) {
  switch (node->kind()) {
    case c10::prim::GetAttr:
      return take_attribute(node);
    case c10::prim::Constant:
      values_[node->output()] = known_value(*jit::toIValue(node->output()), "constant");
      return;
    case c10::prim::ListConstruct:
      return make_list(node);
    case c10::prim::ListUnpack:
      return unpack_list(node);
    default:
      if (!compute_now(node)) call_conversion(node);
  }
}

void OnnxConverter::take_attribute(const jit::Node* node) {
  const c10::IValue owner = *value(node->input()).known;
  values_[node->output()] = known_value(owner.toObject()->getAttr(node->s(c10::attr::name)),
                                        parameter_name(node->output()));
}

void OnnxConverter::make_list(const jit::Node* node) {
  OnnxValue result;
  bool all_known = true;
  for (const OnnxValue* item : arguments(node)) {
    result.items.push_back(*item);
    all_known = all_known && item->known.has_value();
  }
  if (all_known) {
    c10::impl::GenericList list(node->output()->type()->expect<c10::ListType>()->getElementType());
    for (const OnnxValue& item : result.items) list.push_back(*item.known);
    result.known = c10::IValue(list);
    result.name = "constant";
  }
  values_[node->output()] = std::move(result);
}

void OnnxConverter::unpack_list(const jit::Node* node) {
  OnnxValue& list = value(node->input());
  for (std::size_t i = 0; i < node->outputs().size(); ++i) {
    OnnxValue item =
        list.known ? known_value(list.known->toListRef()[i], list.name + "." + std::to_string(i))
                   : list.items.at(i);
    if (!item.known) {
      const OnnxValue described = describe_value(node->output(i));
      item.type = described.type;
      item.shape = described.shape;
    }
    values_[node->output(i)] = std::move(item);
  }
}

bool OnnxConverter::compute_now(jit::Node* node) {
  std::string name;
  jit::Stack stack;
  for (const OnnxValue* argument : arguments(node)) {
    if (!argument->known) return false;
    if (name.empty() && argument->known->isTensor()) name = argument->name;
    // A copy: an in-place operation must not reach the model's own parameters.
    const bool in_place = std::string(node->kind().toUnqualString()).back() == '_';
    stack.push_back(in_place && argument->known->isTensor() ? argument->known->toTensor().clone()
                                                            : *argument->known);
  }
  if (node->isNondeterministic() || node->maybeOperator() == nullptr) return false;
  node->getOperation()(stack);
  for (std::size_t i = 0; i < node->outputs().size(); ++i) {
    values_[node->output(i)] = known_value(
        stack.at(i), (name.empty() ? "constant" : name) + "." + node->kind().toUnqualString());
  }
  return true;
}

void OnnxConverter::call_conversion(const jit::Node* node) {
  const std::string name = functional_name(node);
  const auto& table = onnx_conversion_table();
  const auto conversion = table.find(name);
  if (conversion == table.end()) {
    throw Error("ONNX export has no conversion for " + std::string(node->kind().toQualString()),
                describe_place(node),
                "rewrite this step with supported operations or export as torchscript");
  }
  OnnxCall call(*node, arguments(node), graph_);
  conversion->second(call);
  for (std::size_t i = 0; i < node->outputs().size(); ++i) {
    values_[node->output(i)] = std::move(call.results()[i]);
  }
}

}  // namespace warmstart
