#include "core/export/onnx_call.h"

#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/export/torchscript.h"

namespace warmstart {

OnnxValue describe_value(const torch::jit::Value* value) {
  OnnxValue result;
  const auto tensor = value->type()->cast<c10::TensorType>();
  if (!tensor) {
    result.type = value->type()->isSubtypeOf(*c10::IntType::get()) ? at::kLong : at::kFloat;
    return result;
  }
  result.type = tensor->scalarType().value_or(at::kFloat);
  if (const auto sizes = tensor->sizes().sizes()) {
    for (const auto& size : *sizes) result.shape.push_back(size.value_or(-1));
  }
  return result;
}

OnnxCall::OnnxCall(const torch::jit::Node& node, std::vector<OnnxValue*> arguments,
                   OnnxGraph& graph)
    : node_(node), arguments_(std::move(arguments)), graph_(graph) {
  for (const torch::jit::Value* output : node.outputs()) results_.push_back(describe_value(output));
}

bool OnnxCall::none(std::size_t i) const {
  return i >= arguments_.size() || (arguments_[i]->known && arguments_[i]->known->isNone());
}

const c10::IValue& OnnxCall::value(std::size_t i) const {
  if (i >= arguments_.size() || !arguments_[i]->known) {
    refuse("argument " + std::to_string(i + 1) + " needs a fixed value but depends on the input",
           "compute it outside forward, or export as torchscript");
  }
  return *arguments_[i]->known;
}

std::vector<std::int64_t> OnnxCall::integers(std::size_t i, std::size_t rank) const {
  std::vector<std::int64_t> values =
      value(i).isInt() ? std::vector<std::int64_t>{integer(i)} : integers(i);
  if (values.size() == 1) values.resize(rank, values.front());
  return values;
}

std::string OnnxCall::name_of(OnnxValue& value) {
  if (!value.known) return value.name;
  if (!value.weight.empty()) return value.weight;
  const c10::IValue& known = *value.known;
  if (known.isTensor()) return value.weight = graph_.weight(known.toTensor(), value.name);
  if (known.isIntList()) return value.weight = graph_.integers(known.toIntVector());
  if (!known.isScalar())
    refuse("an argument of type " + known.tagKind() + " cannot be a tensor", "");
  return value.weight = graph_.scalar(known.toScalar().toDouble(), known.toScalar().type());
}

std::string OnnxCall::tensor(std::size_t i) {
  if (none(i)) refuse("argument " + std::to_string(i + 1) + " is missing", "");
  return name_of(*arguments_[i]);
}

std::string OnnxCall::tensor(std::size_t i, at::ScalarType wanted) {
  if (none(i)) refuse("argument " + std::to_string(i + 1) + " is missing", "");
  OnnxValue& value = *arguments_[i];
  if (value.known && value.known->isScalar()) {
    return graph_.scalar(value.known->toScalar().toDouble(), wanted);
  }
  if (type(i) == wanted) return name_of(value);
  if (value.known) return graph_.weight(value.known->toTensor().to(wanted), value.name);
  return cast(name_of(value), wanted);
}

std::vector<OnnxValue*> OnnxCall::list(std::size_t i) {
  OnnxValue& value = *arguments_.at(i);
  if (value.known && value.items.empty()) {
    for (const c10::IValue& item : value.known->toListRef()) {
      value.items.emplace_back();
      value.items.back().known = item;
      value.items.back().name = value.name + ".item";
      if (!item.isTensor()) continue;
      value.items.back().type = item.toTensor().scalar_type();
      value.items.back().shape = item.toTensor().sizes().vec();
    }
  }
  std::vector<OnnxValue*> items;
  for (OnnxValue& item : value.items) items.push_back(&item);
  return items;
}

std::string OnnxCall::sizes(std::size_t i) {
  if (known(i)) return graph_.integers(integers(i));
  std::vector<std::string> parts;
  for (OnnxValue* item : list(i)) {
    if (item->known) {
      parts.push_back(graph_.integers({item->known->toInt()}));
    } else {
      parts.push_back(emit("Reshape", {item->name, graph_.integers({1})}));
    }
  }
  return emit("Concat", parts, {{"axis", std::int64_t{0}}});
}

at::ScalarType OnnxCall::type(std::size_t i) const {
  const OnnxValue& value = *arguments_.at(i);
  if (!value.known) return value.type;
  if (value.known->isTensor()) return value.known->toTensor().scalar_type();
  return value.known->isScalar() ? value.known->toScalar().type() : at::kFloat;
}

OnnxShape OnnxCall::shape(std::size_t i) const {
  const OnnxValue& value = *arguments_.at(i);
  return value.known && value.known->isTensor() ? value.known->toTensor().sizes().vec()
                                                : value.shape;
}

std::int64_t OnnxCall::wrap(std::int64_t axis, std::int64_t rank) const {
  if (axis < -rank || axis >= rank) refuse("axis " + std::to_string(axis) + " is out of range", "");
  return axis < 0 ? axis + rank : axis;
}

std::int64_t OnnxCall::axis(std::size_t i, std::size_t of, std::int64_t extra) const {
  return wrap(integer(i), rank(of) + extra);
}

at::ScalarType OnnxCall::result_type(std::size_t output) const { return results_.at(output).type; }

OnnxShape OnnxCall::result_shape(std::size_t output) const { return results_.at(output).shape; }

std::string OnnxCall::cast(const std::string& name, at::ScalarType wanted) {
  return emit("Cast", {name}, {{"to", std::int64_t{onnx_type(wanted)}}});
}

void OnnxCall::result_list(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    OnnxValue item;
    item.name = name;
    item.type = arguments_.empty() ? at::kFloat : type(0);
    results_.front().items.push_back(std::move(item));
  }
}

void OnnxCall::refuse(const std::string& reason, const std::string& hint) const {
  throw Error("ONNX export of " + std::string(node_.kind().toQualString()) + ": " + reason,
              describe_place(&node_), hint.empty() ? "export as torchscript instead" : hint);
}

}  // namespace warmstart
