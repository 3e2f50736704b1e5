// Instance, batch, layer and group normalisation.
#include <ATen/ATen.h>

#include "core/export/onnx_call.h"

namespace warmstart {
namespace {

/// The affine argument i, or `fill` for each of `shape`.
std::string affine(OnnxCall& call, std::size_t i, const OnnxShape& shape, double fill) {
  if (!call.none(i)) return call.tensor(i);
  return call.graph().weight(at::full(shape, fill, at::TensorOptions().dtype(call.type(0))),
                             fill == 1 ? "ones" : "zeros");
}

// batch_norm(input, weight, bias, running_mean, running_var, training, momentum, eps, cudnn)
void write_batch_norm(OnnxCall& call, double eps) {
  const OnnxShape channels{call.shape(0).at(1)};
  call.result(call.emit("BatchNormalization",
                        {call.tensor(0), affine(call, 1, channels, 1), affine(call, 2, channels, 0),
                         call.tensor(3), call.tensor(4)},
                        {{"epsilon", eps}}));
}

void convert_batch_norm(OnnxCall& call) {
  if (call.flag(5) || call.none(3)) {
    call.refuse("it normalises with the statistics of the batch",
                "give the layer running statistics (track_running_stats)");
  }
  write_batch_norm(call, call.number(7));
}

// instance_norm(input, weight, bias, running_mean, running_var, use_input_stats, momentum, eps,
// cudnn)
void convert_instance_norm(OnnxCall& call) {
  if (!call.flag(5)) return write_batch_norm(call, call.number(7));
  const OnnxShape channels{call.shape(0).at(1)};
  call.result(
      call.emit("InstanceNormalization",
                {call.tensor(0), affine(call, 1, channels, 1), affine(call, 2, channels, 0)},
                {{"epsilon", call.number(7)}}));
}

// layer_norm(input, normalized_shape, weight, bias, eps, cudnn)
void convert_layer_norm(OnnxCall& call) {
  const OnnxShape shape = call.integers(1);
  call.result(call.emit(
      "LayerNormalization", {call.tensor(0), affine(call, 2, shape, 1), affine(call, 3, shape, 0)},
      {{"axis", -static_cast<std::int64_t>(shape.size())}, {"epsilon", call.number(4)}}));
}

// group_norm(input, groups, weight, bias, eps, cudnn): each group is one channel of an instance
// normalisation.
void convert_group_norm(OnnxCall& call) {
  const OnnxShape shape = call.shape(0);
  const std::int64_t groups = call.integer(1);
  const std::string grouped =
      call.emit("Reshape", {call.tensor(0), call.graph().integers({0, groups, -1})});
  const at::TensorOptions options = at::TensorOptions().dtype(call.type(0));
  const std::string normalised =
      call.emit("InstanceNormalization",
                {grouped, call.graph().weight(at::ones({groups}, options), "ones"),
                 call.graph().weight(at::zeros({groups}, options), "zeros")},
                {{"epsilon", call.number(4)}});
  std::string result = call.emit("Reshape", {normalised, call.emit("Shape", {call.tensor(0)})});
  OnnxShape column(shape.size() - 1, 1);
  column[0] = shape.at(1);
  const auto per_channel = [&](std::size_t i) {
    return call.emit("Reshape", {call.tensor(i), call.graph().integers(column)});
  };
  if (!call.none(2)) result = call.emit("Mul", {result, per_channel(2)});
  if (!call.none(3)) result = call.emit("Add", {result, per_channel(3)});
  call.result(result);
}

}  // namespace

void add_normalisation_conversions(OnnxConversions& table) {
  table["batch_norm"] = convert_batch_norm;
  table["instance_norm"] = convert_instance_norm;
  table["layer_norm"] = convert_layer_norm;
  table["group_norm"] = convert_group_norm;
}

}  // namespace warmstart
