// New tensors whose size follows the batch: zeros_like and its kin.
#include <ATen/ATen.h>

#include "core/export/onnx_call.h"

namespace warmstart {
namespace {

void filled_like(OnnxCall& call, double value) {
  const std::string fill = call.graph().scalar(value, call.result_type());
  call.result(call.emit("Expand", {fill, call.emit("Shape", {call.tensor(0)})}));
}

void convert_zeros_like(OnnxCall& call) { filled_like(call, 0); }
void convert_ones_like(OnnxCall& call) { filled_like(call, 1); }
/// full_like(x, value) and fill_(x, value): "1 - x" is empty_like, fill_, sub_ in LibTorch.
void convert_full_like(OnnxCall& call) { filled_like(call, call.number(1)); }

/// new_zeros(x, sizes), zeros(sizes): sizes may be computed from the input's shape.
void filled(OnnxCall& call, std::size_t sizes, double value) {
  const std::string fill = call.graph().scalar(value, call.result_type());
  call.result(call.emit("Expand", {fill, call.sizes(sizes)}));
}

void convert_zeros(OnnxCall& call) { filled(call, 0, 0); }
void convert_ones(OnnxCall& call) { filled(call, 0, 1); }
void convert_full(OnnxCall& call) { filled(call, 0, call.number(1)); }
void convert_new_zeros(OnnxCall& call) { filled(call, 1, 0); }
void convert_new_ones(OnnxCall& call) { filled(call, 1, 1); }
void convert_new_full(OnnxCall& call) { filled(call, 1, call.number(2)); }

}  // namespace

void add_creation_conversions(OnnxConversions& table) {
  table["zeros_like"] = table["zero"] = table["empty_like"] = convert_zeros_like;
  table["ones_like"] = convert_ones_like;
  table["full_like"] = table["fill"] = convert_full_like;
  table["zeros"] = convert_zeros;
  table["ones"] = convert_ones;
  table["full"] = convert_full;
  table["new_zeros"] = convert_new_zeros;
  table["new_ones"] = convert_new_ones;
  table["new_full"] = convert_new_full;
}

}  // namespace warmstart
