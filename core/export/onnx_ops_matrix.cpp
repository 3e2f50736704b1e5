// Matrix products.
#include "core/export/onnx_call.h"

namespace warmstart {
namespace {

std::string scaled(OnnxCall& call, const std::string& name, std::size_t factor) {
  if (call.none(factor) || call.number(factor) == 1) return name;
  return call.emit("Mul", {name, call.graph().scalar(call.number(factor), call.result_type())});
}

void convert_matmul(OnnxCall& call) {
  call.result(call.emit("MatMul", {call.tensor(0), call.tensor(1)}));
}

// linear(x, weight, bias) = x weight^T + bias
void convert_linear(OnnxCall& call) {
  const std::string transposed =
      call.emit("Transpose", {call.tensor(1)}, {{"perm", std::vector<std::int64_t>{1, 0}}});
  std::string result = call.emit("MatMul", {call.tensor(0), transposed});
  if (!call.none(2)) result = call.emit("Add", {result, call.tensor(2)});
  call.result(result);
}

// addmm, baddbmm(bias, a, b, beta, alpha) = beta bias + alpha a b
void convert_add_product(OnnxCall& call) {
  const std::string product =
      scaled(call, call.emit("MatMul", {call.tensor(1), call.tensor(2)}), 4);
  call.result(call.emit("Add", {scaled(call, call.tensor(0), 3), product}));
}

// einsum(equation, tensors, path)
void convert_einsum(OnnxCall& call) {
  std::vector<std::string> inputs;
  for (OnnxValue* item : call.list(1)) inputs.push_back(call.name_of(*item));
  call.result(call.emit("Einsum", inputs, {{"equation", call.text(0)}}));
}

}  // namespace

void add_matrix_conversions(OnnxConversions& table) {
  for (const char* name : {"matmul", "mm", "bmm", "mv", "dot"}) table[name] = convert_matmul;
  table["linear"] = convert_linear;
  table["addmm"] = table["baddbmm"] = convert_add_product;
  table["einsum"] = convert_einsum;
}

}  // namespace warmstart
