// Sums and extremes along axes, matrix products with extras.
#include <ATen/ATen.h>

#include "core/export/onnx_step.h"

namespace warmstart {
namespace {

using at::Tensor;
using Integers = std::vector<std::int64_t>;

/// Axes are an attribute up to opset 17, except for ReduceSum; none means all.
Integers axes_of(const OnnxStep& step) {
  Integers axes = step.has(1) ? step.integers(1) : step.list("axes");
  if (axes.empty()) {
    for (std::int64_t axis = 0; axis < step.in().dim(); ++axis) axes.push_back(axis);
  }
  return axes;
}

OnnxResults kernel_reduce(const OnnxStep& step) {
  const Tensor& x = step.in();
  const Integers axes = axes_of(step);
  const bool keep = step.attribute("keepdims", 1) != 0;
  if (step.op() == "ReduceSum") return {x.sum(axes, keep)};
  if (step.op() == "ReduceMean") return {x.mean(axes, keep)};
  if (step.op() == "ReduceMax") return {at::amax(x, axes, keep)};
  if (step.op() == "ReduceMin") return {at::amin(x, axes, keep)};
  if (step.op() == "ReduceL1") return {at::abs(x).sum(axes, keep)};
  if (step.op() == "ReduceL2") return {at::sqrt((x * x).sum(axes, keep))};
  return {at::logsumexp(x, axes, keep)};
}

OnnxResults kernel_argument(const OnnxStep& step) {
  if (step.attribute("select_last_index", 0) != 0) step.refuse("select_last_index");
  const std::int64_t axis = step.attribute("axis", 0);
  const bool keep = step.attribute("keepdims", 1) != 0;
  return {step.op() == "ArgMax" ? at::argmax(step.in(), axis, keep)
                                : at::argmin(step.in(), axis, keep)};
}

OnnxResults kernel_top_k(const OnnxStep& step) {
  const auto [values, places] =
      at::topk(step.in(), step.integers(1).at(0), step.attribute("axis", -1),
               step.attribute("largest", 1) != 0, true);
  return {values, places};
}

OnnxResults kernel_cumsum(const OnnxStep& step) {
  if (step.attribute("exclusive", 0) != 0 || step.attribute("reverse", 0) != 0) {
    step.refuse("exclusive and reverse are not read");
  }
  return {at::cumsum(step.in(), step.integers(1).at(0))};
}

OnnxResults kernel_einsum(const OnnxStep& step) {
  std::vector<Tensor> operands;
  for (std::size_t i = 0; i < step.count(); ++i) operands.push_back(step.in(i));
  return {at::einsum(step.text("equation", ""), operands)};
}

OnnxResults kernel_gemm(const OnnxStep& step) {
  const Tensor a = step.attribute("transA", 0) != 0 ? step.in(0).t() : step.in(0);
  const Tensor b = step.attribute("transB", 0) != 0 ? step.in(1).t() : step.in(1);
  Tensor result = at::matmul(a, b) * step.number("alpha", 1);
  if (step.has(2)) result = result + step.in(2) * step.number("beta", 1);
  return {result};
}

}  // namespace

void add_reduction_kernels(OnnxKernels& table) {
  for (const char* name : {"ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceL1",
                           "ReduceL2", "ReduceLogSumExp"}) {
    table[name] = kernel_reduce;
  }
  table["ArgMax"] = table["ArgMin"] = kernel_argument;
  table["TopK"] = kernel_top_k;
  table["CumSum"] = kernel_cumsum;
  table["Einsum"] = kernel_einsum;
  table["Gemm"] = kernel_gemm;
}

}  // namespace warmstart
