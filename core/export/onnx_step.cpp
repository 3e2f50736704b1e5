#include "core/export/onnx_step.h"

#include <ATen/ATen.h>

#include "core/base/error.h"

namespace warmstart {

const at::Tensor& OnnxStep::in(std::size_t i) const {
  if (!has(i)) refuse("input " + std::to_string(i + 1) + " is missing");
  return inputs_[i];
}

std::vector<std::int64_t> OnnxStep::integers(std::size_t i) const {
  const at::Tensor values = in(i).to(at::kLong).contiguous();
  const auto* data = values.data_ptr<std::int64_t>();
  return {data, data + values.numel()};
}

const onnx::AttributeProto* OnnxStep::find(const char* name) const {
  for (const auto& attribute : node_.attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

std::int64_t OnnxStep::attribute(const char* name, std::int64_t fallback) const {
  const auto* found = find(name);
  return found != nullptr ? found->i() : fallback;
}

double OnnxStep::number(const char* name, double fallback) const {
  const auto* found = find(name);
  return found != nullptr ? found->f() : fallback;
}

std::string OnnxStep::text(const char* name, const std::string& fallback) const {
  const auto* found = find(name);
  return found != nullptr ? found->s() : fallback;
}

std::vector<std::int64_t> OnnxStep::list(const char* name,
                                         std::vector<std::int64_t> fallback) const {
  const auto* found = find(name);
  if (found == nullptr) return fallback;
  return {found->ints().begin(), found->ints().end()};
}

void OnnxStep::refuse(const std::string& reason) const {
  throw Error("ONNX operation " + node_.op_type() + ": " + reason, node_.name(),
              "convert the model with operations that Warmstart knows");
}

}  // namespace warmstart
