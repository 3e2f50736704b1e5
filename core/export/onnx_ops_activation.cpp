// Activation functions, softmax and other functions of one tensor.
#include <cmath>
#include <limits>

#include "core/export/onnx_call.h"

namespace warmstart {
namespace {

std::string constant(OnnxCall& call, double value) {
  return call.graph().scalar(value, call.type(0));
}

template <const char* const& Op>
void convert_unary(OnnxCall& call) {
  call.result(call.emit(Op, {call.tensor(0)}));
}

#define WARMSTART_UNARY(name) const char* const k##name = #name
WARMSTART_UNARY(Relu);
WARMSTART_UNARY(Sigmoid);
WARMSTART_UNARY(Tanh);
WARMSTART_UNARY(Exp);
WARMSTART_UNARY(Log);
WARMSTART_UNARY(Sqrt);
WARMSTART_UNARY(Neg);
WARMSTART_UNARY(Abs);
WARMSTART_UNARY(Erf);
WARMSTART_UNARY(Sin);
WARMSTART_UNARY(Cos);
WARMSTART_UNARY(Floor);
WARMSTART_UNARY(Ceil);
WARMSTART_UNARY(Round);
WARMSTART_UNARY(Sign);
WARMSTART_UNARY(Reciprocal);
WARMSTART_UNARY(Softplus);
WARMSTART_UNARY(HardSwish);
WARMSTART_UNARY(Not);
#undef WARMSTART_UNARY

void convert_leaky_relu(OnnxCall& call) {
  call.result(call.emit("LeakyRelu", {call.tensor(0)}, {{"alpha", call.number(1)}}));
}

void convert_elu(OnnxCall& call) {  // elu(x, alpha, scale, input_scale)
  if (call.number(2) != 1 || call.number(3) != 1) call.refuse("scaled ELU", "use alpha alone");
  call.result(call.emit("Elu", {call.tensor(0)}, {{"alpha", call.number(1)}}));
}

void convert_silu(OnnxCall& call) {
  const std::string x = call.tensor(0);
  call.result(call.emit("Mul", {x, call.emit("Sigmoid", {x})}));
}

void convert_mish(OnnxCall& call) {
  const std::string x = call.tensor(0);
  call.result(call.emit("Mul", {x, call.emit("Tanh", {call.emit("Softplus", {x})})}));
}

// x/2 (1 + erf(x/sqrt 2)), or the tanh approximation when the model asks for it.
void convert_gelu(OnnxCall& call) {
  const std::string x = call.tensor(0);
  std::string inner;
  if (call.none(1) || call.text(1) == "none") {
    inner = call.emit("Erf", {call.emit("Mul", {x, constant(call, M_SQRT1_2)})});
  } else {
    const std::string cube = call.emit("Mul", {x, call.emit("Mul", {x, x})});
    const std::string sum =
        call.emit("Add", {x, call.emit("Mul", {cube, constant(call, 0.044715)})});
    inner = call.emit("Tanh", {call.emit("Mul", {sum, constant(call, std::sqrt(M_2_PI))})});
  }
  const std::string gate = call.emit("Add", {inner, constant(call, 1)});
  call.result(call.emit("Mul", {call.emit("Mul", {x, constant(call, 0.5)}), gate}));
}

void convert_softmax(OnnxCall& call) {
  call.result(
      call.emit("Softmax", {call.tensor(0, call.result_type())}, {{"axis", call.axis(1, 0)}}));
}

void convert_log_softmax(OnnxCall& call) {
  call.result(
      call.emit("LogSoftmax", {call.tensor(0, call.result_type())}, {{"axis", call.axis(1, 0)}}));
}

void convert_rsqrt(OnnxCall& call) {
  call.result(call.emit("Reciprocal", {call.emit("Sqrt", {call.tensor(0)})}));
}

void convert_square(OnnxCall& call) {
  call.result(call.emit("Mul", {call.tensor(0), call.tensor(0)}));
}

void convert_clamp(
    OnnxCall& call) {  // clamp(x, min, max), hardtanh alike; either bound may be None
  const std::string low = call.none(1) ? "" : call.tensor(1, call.type(0));
  const std::string high = call.none(2) ? "" : call.tensor(2, call.type(0));
  call.result(call.emit("Clip", {call.tensor(0), low, high}));
}

void convert_clamp_min(OnnxCall& call) {
  call.result(call.emit("Max", {call.tensor(0), call.tensor(1, call.type(0))}));
}

void convert_clamp_max(OnnxCall& call) {
  call.result(call.emit("Min", {call.tensor(0), call.tensor(1, call.type(0))}));
}

void convert_relu6(OnnxCall& call) {
  call.result(call.emit("Clip", {call.tensor(0), constant(call, 0), constant(call, 6)}));
}

void convert_hard_sigmoid(OnnxCall& call) {
  call.result(call.emit("HardSigmoid", {call.tensor(0)}, {{"alpha", 1.0 / 6}, {"beta", 0.5}}));
}

void convert_softplus(
    OnnxCall& call) {  // softplus(x, beta, threshold); the threshold only guards against overflow
  if (call.number(1) != 1) call.refuse("beta other than 1", "scale the input instead");
  convert_unary<kSoftplus>(call);
}

// _prelu_kernel / prelu(x, weight): one slope a channel, or one for all.
void convert_prelu(OnnxCall& call) {
  OnnxShape column(static_cast<std::size_t>(call.rank(0)) - 1, 1);
  if (call.rank(1) == 1) {
    column[0] = call.shape(1)[0];
    const std::string slope = call.emit("Reshape", {call.tensor(1), call.graph().integers(column)});
    return call.result(call.emit("PRelu", {call.tensor(0), slope}));
  }
  call.result(call.emit("PRelu", {call.tensor(0), call.tensor(1)}));
}

void convert_identity(OnnxCall& call) { call.result(call.tensor(0)); }

void convert_dropout(OnnxCall& call) {
  if (call.flag(2)) call.refuse("dropout is switched on", "put the model into evaluation mode");
  convert_identity(call);
}

}  // namespace

void add_activation_conversions(OnnxConversions& table) {
  table["relu"] = convert_unary<kRelu>;
  table["sigmoid"] = convert_unary<kSigmoid>;
  table["tanh"] = convert_unary<kTanh>;
  table["exp"] = convert_unary<kExp>;
  table["log"] = convert_unary<kLog>;
  table["sqrt"] = convert_unary<kSqrt>;
  table["neg"] = convert_unary<kNeg>;
  table["abs"] = convert_unary<kAbs>;
  table["erf"] = convert_unary<kErf>;
  table["sin"] = convert_unary<kSin>;
  table["cos"] = convert_unary<kCos>;
  table["floor"] = convert_unary<kFloor>;
  table["ceil"] = convert_unary<kCeil>;
  table["round"] = convert_unary<kRound>;
  table["sign"] = convert_unary<kSign>;
  table["reciprocal"] = convert_unary<kReciprocal>;
  table["hardswish"] = convert_unary<kHardSwish>;
  table["logical_not"] = table["bitwise_not"] = convert_unary<kNot>;
  table["leaky_relu"] = convert_leaky_relu;
  table["elu"] = convert_elu;
  table["silu"] = convert_silu;
  table["mish"] = convert_mish;
  table["gelu"] = convert_gelu;
  table["softmax"] = table["_softmax"] = convert_softmax;
  table["log_softmax"] = table["_log_softmax"] = convert_log_softmax;
  table["rsqrt"] = convert_rsqrt;
  table["square"] = convert_square;
  table["clamp"] = table["hardtanh"] = convert_clamp;
  table["clamp_min"] = convert_clamp_min;
  table["clamp_max"] = convert_clamp_max;
  table["relu6"] = convert_relu6;
  table["hardsigmoid"] = convert_hard_sigmoid;
  table["softplus"] = convert_softplus;
  table["prelu"] = table["_prelu_kernel"] = convert_prelu;
  table["dropout"] = table["feature_dropout"] = convert_dropout;
  for (const char* name : {"contiguous", "detach", "clone", "alias", "lift_fresh"})
    table[name] = convert_identity;
  for (const char* name :
       {"prim::NumToTensor", "Int", "ScalarImplicit", "IntImplicit", "FloatImplicit"}) {
    table[name] = convert_identity;
  }
}

}  // namespace warmstart
