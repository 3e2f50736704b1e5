// Pooling and padding.
#include <ATen/ATen.h>

#include "core/export/onnx_call.h"

namespace warmstart {
namespace {

using Integers = std::vector<std::int64_t>;

std::size_t pooled_axes(const OnnxCall& call) { return static_cast<std::size_t>(call.rank(0)) - 2; }

Integers pool_strides(const OnnxCall& call, const Integers& kernel) {
  if (call.none(2)) return kernel;
  const Integers stride = call.integers(2, kernel.size());
  return stride.empty() ? kernel : stride;
}

OnnxAttributes window(const OnnxCall& call, const Integers& kernel) {
  Integers pads = call.integers(3, kernel.size());
  const Integers ends = pads;
  pads.insert(pads.end(), ends.begin(), ends.end());
  return {{"kernel_shape", kernel}, {"strides", pool_strides(call, kernel)}, {"pads", pads}};
}

// max_poolNd(x, kernel, stride, padding, dilation, ceil)
void convert_max_pool(OnnxCall& call) {
  const Integers kernel = call.integers(1, pooled_axes(call));
  OnnxAttributes attributes = window(call, kernel);
  attributes.emplace_back("dilations", call.integers(4, kernel.size()));
  attributes.emplace_back("ceil_mode", std::int64_t{call.flag(5)});
  call.result(call.emit("MaxPool", {call.tensor(0)}, attributes));
}

// avg_poolNd(x, kernel, stride, padding, ceil, count_include_pad, divisor_override)
void convert_average_pool(OnnxCall& call) {
  if (!call.none(6)) call.refuse("divisor_override", "scale the result instead");
  OnnxAttributes attributes = window(call, call.integers(1, pooled_axes(call)));
  attributes.emplace_back("ceil_mode", std::int64_t{call.flag(4)});
  attributes.emplace_back("count_include_pad", std::int64_t{call.flag(5)});
  call.result(call.emit("AveragePool", {call.tensor(0)}, attributes));
}

/// adaptive pooling: global for size 1, a plain window where the size divides.
void adaptive(OnnxCall& call, const std::string& kind) {
  const OnnxShape shape = call.shape(0);
  const Integers wanted = call.integers(1, pooled_axes(call));
  Integers kernel;
  bool global = true;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::int64_t length = shape.at(i + 2);
    if (length % wanted[i] != 0) {
      call.refuse("adaptive pooling from " + std::to_string(length) + " to " +
                      std::to_string(wanted[i]) + " has windows of unequal size",
                  "choose sizes that divide");
    }
    global = global && wanted[i] == 1;
    kernel.push_back(length / wanted[i]);
  }
  if (global) return call.result(call.emit("Global" + kind, {call.tensor(0)}));
  call.result(call.emit(kind, {call.tensor(0)}, {{"kernel_shape", kernel}, {"strides", kernel}}));
}

void convert_adaptive_average(OnnxCall& call) { adaptive(call, "AveragePool"); }
void convert_adaptive_max(OnnxCall& call) { adaptive(call, "MaxPool"); }

/// PyTorch lists (before, after) from the last axis backwards; ONNX all befores, then all afters.
void padded(OnnxCall& call, const std::string& mode, const std::string& fill) {
  const Integers given = call.integers(1);
  const std::size_t rank = call.shape(0).size();
  Integers pads(2 * rank, 0);
  bool any = false;
  for (std::size_t i = 0; 2 * i + 1 < given.size(); ++i) {
    pads[rank - 1 - i] = given[2 * i];
    pads[2 * rank - 1 - i] = given[2 * i + 1];
    any = any || given[2 * i] != 0 || given[2 * i + 1] != 0;
  }
  if (!any) return call.result(call.tensor(0));
  std::vector<std::string> inputs{call.tensor(0), call.graph().integers(pads)};
  if (!fill.empty()) inputs.push_back(fill);
  call.result(call.emit("Pad", inputs, {{"mode", mode}}));
}

void convert_constant_pad(OnnxCall& call) {  // constant_pad_nd(x, pad, value)
  padded(call, "constant", call.graph().scalar(call.none(2) ? 0 : call.number(2), call.type(0)));
}

void convert_reflection_pad(OnnxCall& call) { padded(call, "reflect", ""); }
void convert_replication_pad(OnnxCall& call) { padded(call, "edge", ""); }

void convert_pad(
    OnnxCall& call) {  // pad(x, pad, mode, value); _pad_enum has at::padding_mode's number
  static const std::vector<std::string> kModes{"reflect", "replicate", "circular", "constant"};
  const std::string mode = call.value(2).isString()
                               ? call.text(2)
                               : kModes.at(static_cast<std::size_t>(call.integer(2)));
  if (mode == "constant") {
    return padded(call, mode, call.graph().scalar(call.none(3) ? 0 : call.number(3), call.type(0)));
  }
  if (mode == "circular") call.refuse("circular padding", "join the edges with torch::cat");
  padded(call, mode == "reflect" ? "reflect" : "edge", "");
}

}  // namespace

void add_pooling_conversions(OnnxConversions& table) {
  for (const std::string dims : {"1d", "2d", "3d"}) {
    table["max_pool" + dims] = table["max_pool" + dims + "_with_indices"] = convert_max_pool;
    table["avg_pool" + dims] = convert_average_pool;
    table["adaptive_avg_pool" + dims] = table["_adaptive_avg_pool" + dims] =
        convert_adaptive_average;
    table["adaptive_max_pool" + dims] = convert_adaptive_max;
    table["reflection_pad" + dims] = convert_reflection_pad;
    table["replication_pad" + dims] = convert_replication_pad;
  }
  table["constant_pad_nd"] = convert_constant_pad;
  table["pad"] = table["_pad_enum"] = convert_pad;
}

}  // namespace warmstart
