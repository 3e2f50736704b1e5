// Functions of one or two tensors, element by element, as the ONNX operator pages define them.
#include <ATen/ATen.h>

#include "core/export/onnx_step.h"

namespace warmstart {
namespace {

using at::Tensor;

OnnxResults kernel_div(const OnnxStep& step) {
  const Tensor &a = step.in(0), &b = step.in(1);
  return {at::isFloatingType(a.scalar_type()) ? a / b : at::div(a, b, "trunc")};
}

OnnxResults kernel_mod(const OnnxStep& step) {
  if (step.attribute("fmod", 0) != 0) return {at::fmod(step.in(0), step.in(1))};
  return {at::remainder(step.in(0), step.in(1))};
}

OnnxResults kernel_clip(const OnnxStep& step) {
  Tensor x = step.in(0);
  if (step.has(1)) x = at::maximum(x, step.in(1));
  if (step.has(2)) x = at::minimum(x, step.in(2));
  return {x};
}

OnnxResults kernel_leaky_relu(const OnnxStep& step) {
  const Tensor& x = step.in();
  return {at::where(x < 0, x * step.number("alpha", 0.01), x)};
}

OnnxResults kernel_elu(const OnnxStep& step) {
  const Tensor& x = step.in();
  return {at::where(x < 0, (at::exp(x) - 1) * step.number("alpha", 1), x)};
}

OnnxResults kernel_prelu(const OnnxStep& step) {
  const Tensor& x = step.in();
  return {at::where(x < 0, x * step.in(1), x)};
}

OnnxResults kernel_hard_sigmoid(const OnnxStep& step) {
  return {at::clamp(step.in() * step.number("alpha", 0.2) + step.number("beta", 0.5), 0, 1)};
}

OnnxResults kernel_hard_swish(const OnnxStep& step) {
  const Tensor& x = step.in();
  return {x * at::clamp(x / 6 + 0.5, 0, 1)};
}

OnnxResults kernel_softplus(const OnnxStep& step) {
  const Tensor& x = step.in();
  return {at::clamp_min(x, 0) + at::log1p(at::exp(-at::abs(x)))};
}

Tensor shifted(const OnnxStep& step, std::int64_t axis) {
  return step.in() - at::amax(step.in(), axis, true);
}

OnnxResults kernel_softmax(const OnnxStep& step) {
  const std::int64_t axis = step.attribute("axis", -1);
  const Tensor powers = at::exp(shifted(step, axis));
  return {powers / powers.sum(axis, true)};
}

OnnxResults kernel_log_softmax(const OnnxStep& step) {
  const std::int64_t axis = step.attribute("axis", -1);
  const Tensor x = shifted(step, axis);
  return {x - at::log(at::exp(x).sum(axis, true))};
}

OnnxResults kernel_cast(const OnnxStep& step) {
  return {step.in().to(type_from_onnx(static_cast<int>(step.attribute("to", 0))))};
}

OnnxResults kernel_max(const OnnxStep& step) {
  Tensor x = step.in();
  for (std::size_t i = 1; i < step.count(); ++i) x = at::maximum(x, step.in(i));
  return {x};
}

OnnxResults kernel_min(const OnnxStep& step) {
  Tensor x = step.in();
  for (std::size_t i = 1; i < step.count(); ++i) x = at::minimum(x, step.in(i));
  return {x};
}

void add_unary(OnnxKernels& table) {
  table["Relu"] = [](const OnnxStep& s) -> OnnxResults { return {at::clamp_min(s.in(), 0)}; };
  table["Sigmoid"] = [](const OnnxStep& s) -> OnnxResults { return {at::sigmoid(s.in())}; };
  table["Tanh"] = [](const OnnxStep& s) -> OnnxResults { return {at::tanh(s.in())}; };
  table["Exp"] = [](const OnnxStep& s) -> OnnxResults { return {at::exp(s.in())}; };
  table["Log"] = [](const OnnxStep& s) -> OnnxResults { return {at::log(s.in())}; };
  table["Sqrt"] = [](const OnnxStep& s) -> OnnxResults { return {at::sqrt(s.in())}; };
  table["Neg"] = [](const OnnxStep& s) -> OnnxResults { return {-s.in()}; };
  table["Abs"] = [](const OnnxStep& s) -> OnnxResults { return {at::abs(s.in())}; };
  table["Erf"] = [](const OnnxStep& s) -> OnnxResults { return {at::erf(s.in())}; };
  table["Sin"] = [](const OnnxStep& s) -> OnnxResults { return {at::sin(s.in())}; };
  table["Cos"] = [](const OnnxStep& s) -> OnnxResults { return {at::cos(s.in())}; };
  table["Floor"] = [](const OnnxStep& s) -> OnnxResults { return {at::floor(s.in())}; };
  table["Ceil"] = [](const OnnxStep& s) -> OnnxResults { return {at::ceil(s.in())}; };
  table["Round"] = [](const OnnxStep& s) -> OnnxResults { return {at::round(s.in())}; };
  table["Sign"] = [](const OnnxStep& s) -> OnnxResults { return {at::sign(s.in())}; };
  table["Reciprocal"] = [](const OnnxStep& s) -> OnnxResults { return {1 / s.in()}; };
  table["Not"] = [](const OnnxStep& s) -> OnnxResults { return {at::logical_not(s.in())}; };
  table["Identity"] = [](const OnnxStep& s) -> OnnxResults { return {s.in()}; };
}

void add_binary(OnnxKernels& table) {
  table["Add"] = [](const OnnxStep& s) -> OnnxResults { return {s.in(0) + s.in(1)}; };
  table["Sub"] = [](const OnnxStep& s) -> OnnxResults { return {s.in(0) - s.in(1)}; };
  table["Mul"] = [](const OnnxStep& s) -> OnnxResults { return {s.in(0) * s.in(1)}; };
  table["Pow"] = [](const OnnxStep& s) -> OnnxResults { return {at::pow(s.in(0), s.in(1))}; };
  table["Equal"] = [](const OnnxStep& s) -> OnnxResults { return {s.in(0) == s.in(1)}; };
  table["Less"] = [](const OnnxStep& s) -> OnnxResults { return {s.in(0) < s.in(1)}; };
  table["Greater"] = [](const OnnxStep& s) -> OnnxResults { return {s.in(0) > s.in(1)}; };
  table["LessOrEqual"] = [](const OnnxStep& s) -> OnnxResults { return {s.in(0) <= s.in(1)}; };
  table["GreaterOrEqual"] = [](const OnnxStep& s) -> OnnxResults { return {s.in(0) >= s.in(1)}; };
  table["And"] = [](const OnnxStep& s) -> OnnxResults {
    return {at::logical_and(s.in(0), s.in(1))};
  };
  table["Or"] = [](const OnnxStep& s) -> OnnxResults { return {at::logical_or(s.in(0), s.in(1))}; };
  table["Xor"] = [](const OnnxStep& s) -> OnnxResults {
    return {at::logical_xor(s.in(0), s.in(1))};
  };
  table["Where"] = [](const OnnxStep& s) -> OnnxResults {
    return {at::where(s.in(0), s.in(1), s.in(2))};
  };
  table["MatMul"] = [](const OnnxStep& s) -> OnnxResults { return {at::matmul(s.in(0), s.in(1))}; };
  table["Div"] = kernel_div;
  table["Mod"] = kernel_mod;
  table["Max"] = kernel_max;
  table["Min"] = kernel_min;
}

}  // namespace

void add_elementwise_kernels(OnnxKernels& table) {
  add_unary(table);
  add_binary(table);
  table["Clip"] = kernel_clip;
  table["LeakyRelu"] = kernel_leaky_relu;
  table["Elu"] = kernel_elu;
  table["PRelu"] = kernel_prelu;
  table["HardSigmoid"] = kernel_hard_sigmoid;
  table["HardSwish"] = kernel_hard_swish;
  table["Softplus"] = kernel_softplus;
  table["Softmax"] = kernel_softmax;
  table["LogSoftmax"] = kernel_log_softmax;
  table["Cast"] = kernel_cast;
}

}  // namespace warmstart
