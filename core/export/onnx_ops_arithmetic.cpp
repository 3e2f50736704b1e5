// Arithmetic, comparison and choice between tensors and numbers, with PyTorch's type promotion
// written out as casts.
#include <ATen/ATen.h>

#include "core/export/onnx_call.h"

namespace warmstart {
namespace {

std::string binary(OnnxCall& call, const char* op, at::ScalarType type, std::size_t a = 0,
                   std::size_t b = 1) {
  return call.emit(op, {call.tensor(a, type), call.tensor(b, type)});
}

/// The type both operands of a comparison are brought to; a number follows the tensor.
at::ScalarType common_type(const OnnxCall& call) {
  const bool number = call.known(1) && call.value(1).isScalar();
  if (number && (at::isFloatingType(call.type(0)) || !at::isFloatingType(call.type(1))))
    return call.type(0);
  return number ? at::kFloat : at::promoteTypes(call.type(0), call.type(1));
}

void add_scaled(OnnxCall& call, const char* op, std::size_t left, std::size_t right) {
  const at::ScalarType type = call.result_type();
  std::string scaled = call.tensor(right, type);
  if (!call.none(2) && call.number(2) != 1) {
    scaled = call.emit("Mul", {scaled, call.graph().scalar(call.number(2), type)});
  }
  call.result(call.emit(op, {call.tensor(left, type), scaled}));
}

void convert_add(OnnxCall& call) {
  if (call.result_type() == at::kBool) return call.result(binary(call, "Or", at::kBool));
  add_scaled(call, "Add", 0, 1);
}
void convert_sub(OnnxCall& call) { add_scaled(call, "Sub", 0, 1); }

void convert_rsub(OnnxCall& call) {  // rsub(x, y, alpha) = y - alpha x
  add_scaled(call, "Sub", 1, 0);
}

void convert_mul(OnnxCall& call) {
  if (call.result_type() == at::kBool) return call.result(binary(call, "And", at::kBool));
  call.result(binary(call, "Mul", call.result_type()));
}

/// Integer division in ONNX truncates; floor goes through floating point.
std::string floor_of(OnnxCall& call, at::ScalarType type) {
  if (at::isFloatingType(type)) return call.emit("Floor", {binary(call, "Div", type)});
  return call.cast(call.emit("Floor", {binary(call, "Div", at::kDouble)}), type);
}

void convert_div(OnnxCall& call) {
  const at::ScalarType type = call.result_type();
  if (call.none(2)) return call.result(binary(call, "Div", type));
  if (call.text(2) == "floor") return call.result(floor_of(call, type));
  if (at::isFloatingType(type)) call.refuse("rounding_mode trunc of floats", "use torch::floor");
  call.result(binary(call, "Div", type));
}

void convert_floor_divide(OnnxCall& call) { call.result(floor_of(call, call.result_type())); }

void convert_pow(OnnxCall& call) { call.result(binary(call, "Pow", call.result_type())); }

void convert_remainder(OnnxCall& call) {  // the sign of the divisor, as ONNX's integer Mod
  const at::ScalarType type = call.result_type();
  if (!at::isFloatingType(type)) return call.result(binary(call, "Mod", type));
  const std::string quotient = call.emit("Floor", {binary(call, "Div", type)});
  call.result(
      call.emit("Sub", {call.tensor(0, type), call.emit("Mul", {quotient, call.tensor(1, type)})}));
}

void convert_maximum(OnnxCall& call) { call.result(binary(call, "Max", call.result_type())); }
void convert_minimum(OnnxCall& call) { call.result(binary(call, "Min", call.result_type())); }
void convert_equal(OnnxCall& call) { call.result(binary(call, "Equal", common_type(call))); }
void convert_not_equal(OnnxCall& call) {
  call.result(call.emit("Not", {binary(call, "Equal", common_type(call))}));
}
void convert_less(OnnxCall& call) { call.result(binary(call, "Less", common_type(call))); }
void convert_greater(OnnxCall& call) { call.result(binary(call, "Greater", common_type(call))); }
void convert_less_equal(OnnxCall& call) {
  call.result(binary(call, "LessOrEqual", common_type(call)));
}
void convert_greater_equal(OnnxCall& call) {
  call.result(binary(call, "GreaterOrEqual", common_type(call)));
}
void convert_and(OnnxCall& call) { call.result(binary(call, "And", at::kBool)); }
void convert_or(OnnxCall& call) { call.result(binary(call, "Or", at::kBool)); }
void convert_xor(OnnxCall& call) { call.result(binary(call, "Xor", at::kBool)); }

void convert_where(OnnxCall& call) {  // where(condition, a, b)
  const at::ScalarType type = call.result_type();
  call.result(
      call.emit("Where", {call.tensor(0, at::kBool), call.tensor(1, type), call.tensor(2, type)}));
}

void convert_masked_fill(OnnxCall& call) {  // masked_fill(x, mask, value)
  const at::ScalarType type = call.result_type();
  call.result(
      call.emit("Where", {call.tensor(1, at::kBool), call.tensor(2, type), call.tensor(0, type)}));
}

void convert_lerp(OnnxCall& call) {  // lerp(a, b, w) = a + w (b - a)
  const at::ScalarType type = call.result_type();
  const std::string step =
      call.emit("Mul", {call.tensor(2, type), binary(call, "Sub", type, 1, 0)});
  call.result(call.emit("Add", {call.tensor(0, type), step}));
}

void convert_addcmul(OnnxCall& call) {  // addcmul(x, a, b, value) = x + value a b
  const at::ScalarType type = call.result_type();
  std::string product = binary(call, "Mul", type, 1, 2);
  if (!call.none(3) && call.number(3) != 1) {
    product = call.emit("Mul", {product, call.graph().scalar(call.number(3), type)});
  }
  call.result(call.emit("Add", {call.tensor(0, type), product}));
}

/// to, type_as, _to_copy, float, long...: whatever the arguments say, the trace knows the type that
/// came out.
void convert_type(OnnxCall& call) { call.result(call.tensor(0, call.result_type())); }

}  // namespace

void add_arithmetic_conversions(OnnxConversions& table) {
  table["add"] = convert_add;
  table["sub"] = table["subtract"] = convert_sub;
  table["rsub"] = convert_rsub;
  table["mul"] = table["multiply"] = convert_mul;
  table["div"] = table["divide"] = table["true_divide"] = convert_div;
  table["floor_divide"] = table["floordiv"] = convert_floor_divide;
  table["pow"] = convert_pow;
  table["remainder"] = convert_remainder;
  table["maximum"] = convert_maximum;
  table["minimum"] = convert_minimum;
  table["eq"] = convert_equal;
  table["ne"] = convert_not_equal;
  table["lt"] = convert_less;
  table["gt"] = convert_greater;
  table["le"] = convert_less_equal;
  table["ge"] = convert_greater_equal;
  table["logical_and"] = table["bitwise_and"] = table["__and__"] = convert_and;
  table["logical_or"] = table["bitwise_or"] = table["__or__"] = convert_or;
  table["logical_xor"] = convert_xor;
  table["where"] = convert_where;
  table["masked_fill"] = convert_masked_fill;
  table["lerp"] = convert_lerp;
  table["addcmul"] = convert_addcmul;
  for (const char* name : {"to", "type_as", "_to_copy", "float", "double", "long", "_cast_Float"}) {
    table[name] = convert_type;
  }
}

}  // namespace warmstart
