// Sums, means and extremes along axes.
#include "core/export/onnx_call.h"

namespace warmstart {
namespace {

using Integers = std::vector<std::int64_t>;

/// Axes from an int, a list or None (all), counted from 0.
Integers reduced_axes(const OnnxCall& call, std::size_t i) {
  Integers axes;
  const std::int64_t rank = call.rank(0);
  if (!call.none(i)) axes = call.value(i).isInt() ? Integers{call.integer(i)} : call.integers(i);
  for (std::int64_t& axis : axes) axis = call.wrap(axis, rank);
  if (axes.empty()) {
    for (std::int64_t axis = 0; axis < rank; ++axis) axes.push_back(axis);
  }
  return axes;
}

std::string reduce(OnnxCall& call, const std::string& op, const std::string& x,
                   const Integers& axes, bool keep) {
  if (op == "ReduceSum") {
    return call.emit(op, {x, call.graph().integers(axes)}, {{"keepdims", std::int64_t{keep}}});
  }
  return call.emit(op, {x}, {{"axes", axes}, {"keepdims", std::int64_t{keep}}});
}

/// mean and sum come as (x, dtype) or (x, axes, keep, dtype).
void reduce_all_or_axes(OnnxCall& call, const std::string& op) {
  const bool all = call.count() <= 2;
  const std::string x = call.tensor(0, call.result_type());
  call.result(reduce(call, op, x, all ? reduced_axes(call, 99) : reduced_axes(call, 1),
                     !all && call.flag(2)));
}

void convert_mean(OnnxCall& call) { reduce_all_or_axes(call, "ReduceMean"); }
void convert_sum(OnnxCall& call) { reduce_all_or_axes(call, "ReduceSum"); }

void convert_amax(OnnxCall& call) {
  call.result(reduce(call, "ReduceMax", call.tensor(0), reduced_axes(call, 1), call.flag(2)));
}
void convert_amin(OnnxCall& call) {
  call.result(reduce(call, "ReduceMin", call.tensor(0), reduced_axes(call, 1), call.flag(2)));
}

/// max(x), max(x, y) or max(x, axis, keep) -> values, indices.
void convert_extreme(OnnxCall& call, bool largest) {
  const std::string reduction = largest ? "ReduceMax" : "ReduceMin";
  if (call.count() == 1)
    return call.result(reduce(call, reduction, call.tensor(0), reduced_axes(call, 99), false));
  if (call.count() == 2) {
    const at::ScalarType type = call.result_type();
    return call.result(
        call.emit(largest ? "Max" : "Min", {call.tensor(0, type), call.tensor(1, type)}));
  }
  const std::int64_t axis = call.axis(1, 0);
  call.result(reduce(call, reduction, call.tensor(0), {axis}, call.flag(2)), 0);
  call.result(call.emit(largest ? "ArgMax" : "ArgMin", {call.tensor(0)},
                        {{"axis", axis}, {"keepdims", std::int64_t{call.flag(2)}}}),
              1);
}

void convert_max(OnnxCall& call) { convert_extreme(call, true); }
void convert_min(OnnxCall& call) { convert_extreme(call, false); }

void convert_argmax(OnnxCall& call) {  // argmax(x, axis or None, keep)
  if (call.none(1)) call.refuse("argmax over all axes", "flatten first and give an axis");
  call.result(call.emit("ArgMax", {call.tensor(0)},
                        {{"axis", call.axis(1, 0)}, {"keepdims", std::int64_t{call.flag(2)}}}));
}

// var, std(x, axes, unbiased or correction, keep)
std::string variance(OnnxCall& call) {
  const bool all = call.count() <= 2;
  const Integers axes = all ? reduced_axes(call, 99) : reduced_axes(call, 1);
  const std::size_t at = all ? 1 : 2;
  const std::int64_t correction = call.none(at)             ? 1
                                  : call.value(at).isBool() ? call.flag(at)
                                                            : call.integer(at);
  std::int64_t count = 1;
  for (const std::int64_t axis : axes) count *= call.shape(0)[static_cast<std::size_t>(axis)];
  if (count <= 0)
    call.refuse("the variance is taken over the batch axis", "reduce other axes only");
  const std::string x = call.tensor(0);
  const std::string centred = call.emit("Sub", {x, reduce(call, "ReduceMean", x, axes, true)});
  const std::string sum =
      reduce(call, "ReduceSum", call.emit("Mul", {centred, centred}), axes, !all && call.flag(3));
  return call.emit(
      "Div", {sum, call.graph().scalar(static_cast<double>(count - correction), call.type(0))});
}

void convert_var(OnnxCall& call) { call.result(variance(call)); }
void convert_std(OnnxCall& call) { call.result(call.emit("Sqrt", {variance(call)})); }

/// linalg_vector_norm(x, order, axes, keep, dtype), norm(x, order, axes, keep)
void convert_norm(OnnxCall& call) {
  const double order = call.none(1) ? 2 : call.number(1);
  if (order != 1 && order != 2)
    call.refuse("a norm of order " + std::to_string(order), "use order 1 or 2");
  const bool all = call.count() < 4;
  call.result(reduce(call, order == 1 ? "ReduceL1" : "ReduceL2", call.tensor(0),
                     all ? reduced_axes(call, 99) : reduced_axes(call, 2), !all && call.flag(3)));
}

void convert_logsumexp(OnnxCall& call) {
  call.result(reduce(call, "ReduceLogSumExp", call.tensor(0), reduced_axes(call, 1), call.flag(2)));
}

void convert_cumsum(OnnxCall& call) {  // cumsum(x, axis, dtype)
  call.result(
      call.emit("CumSum", {call.tensor(0, call.result_type()),
                           call.graph().scalar(static_cast<double>(call.axis(1, 0)), at::kLong)}));
}

}  // namespace

void add_reduction_conversions(OnnxConversions& table) {
  table["mean"] = convert_mean;
  table["sum"] = convert_sum;
  table["amax"] = convert_amax;
  table["amin"] = convert_amin;
  table["max"] = convert_max;
  table["min"] = convert_min;
  table["argmax"] = convert_argmax;
  table["var"] = convert_var;
  table["std"] = convert_std;
  table["norm"] = table["linalg_vector_norm"] = convert_norm;
  table["logsumexp"] = convert_logsumexp;
  table["cumsum"] = convert_cumsum;
}

}  // namespace warmstart
