// Convolution, normalisation, pooling and resampling. Normalisation and resampling are written out
// from their definitions, so that they check PyTorch's kernels instead of repeating them.
#include <ATen/ATen.h>

#include <cmath>
#include <limits>

#include "core/export/onnx_step.h"

namespace warmstart {
namespace {

using at::Tensor;
using Integers = std::vector<std::int64_t>;

/// ONNX pads (all begins, then all ends) of the last axes as constant_pad_nd wants them.
Integers torch_pads(const Integers& pads) {
  const std::size_t dims = pads.size() / 2;
  Integers result;
  for (std::size_t i = dims; i-- > 0;) {
    result.push_back(pads[i]);
    result.push_back(pads[dims + i]);
  }
  return result;
}

Tensor with_pads(const Tensor& x, const Integers& pads, double value) {
  for (const std::int64_t pad : pads) {
    if (pad != 0) return at::constant_pad_nd(x, torch_pads(pads), value);
  }
  return x;
}

std::size_t spatial(const OnnxStep& step) { return static_cast<std::size_t>(step.in().dim()) - 2; }

void only_explicit_padding(const OnnxStep& step) {
  if (step.text("auto_pad", "NOTSET") != "NOTSET") step.refuse("auto_pad is not read");
}

OnnxResults kernel_conv(const OnnxStep& step) {
  only_explicit_padding(step);
  const std::size_t dims = spatial(step);
  const Tensor x = with_pads(step.in(0), step.list("pads", Integers(2 * dims, 0)), 0);
  return {at::convolution(x, step.in(1),
                          step.has(2) ? c10::optional<Tensor>(step.in(2)) : c10::nullopt,
                          step.list("strides", Integers(dims, 1)), Integers(dims, 0),
                          step.list("dilations", Integers(dims, 1)), false, Integers(dims, 0),
                          step.attribute("group", 1))};
}

OnnxResults kernel_conv_transpose(const OnnxStep& step) {
  only_explicit_padding(step);
  const std::size_t dims = spatial(step);
  const Integers pads = step.list("pads", Integers(2 * dims, 0));
  const Integers begins(pads.begin(), pads.begin() + static_cast<std::ptrdiff_t>(dims));
  if (Integers(pads.begin() + static_cast<std::ptrdiff_t>(dims), pads.end()) != begins) {
    step.refuse("pads that differ between the two ends");
  }
  if (step.given("output_shape")) step.refuse("output_shape is not read");
  return {at::convolution(
      step.in(0), step.in(1), step.has(2) ? c10::optional<Tensor>(step.in(2)) : c10::nullopt,
      step.list("strides", Integers(dims, 1)), begins, step.list("dilations", Integers(dims, 1)),
      true, step.list("output_padding", Integers(dims, 0)), step.attribute("group", 1))};
}

/// A per-channel vector shaped to broadcast over (B,C,...).
Tensor column(const Tensor& values, std::int64_t rank) {
  Integers shape(static_cast<std::size_t>(rank), 1);
  shape[1] = values.numel();
  return values.reshape(shape);
}

Tensor normalised(const Tensor& x, const Integers& axes, double eps) {
  const Tensor centred = x - x.mean(axes, true);
  return centred / at::sqrt((centred * centred).mean(axes, true) + eps);
}

OnnxResults kernel_instance_norm(const OnnxStep& step) {
  const Tensor& x = step.in();
  Integers axes;
  for (std::int64_t axis = 2; axis < x.dim(); ++axis) axes.push_back(axis);
  return {normalised(x, axes, step.number("epsilon", 1e-5)) * column(step.in(1), x.dim()) +
          column(step.in(2), x.dim())};
}

OnnxResults kernel_batch_norm(const OnnxStep& step) {
  if (step.attribute("training_mode", 0) != 0) step.refuse("training mode");
  const Tensor& x = step.in();
  const Tensor scale = step.in(1) / at::sqrt(step.in(4) + step.number("epsilon", 1e-5));
  return {(x - column(step.in(3), x.dim())) * column(scale, x.dim()) + column(step.in(2), x.dim())};
}

OnnxResults kernel_layer_norm(const OnnxStep& step) {
  const Tensor& x = step.in();
  std::int64_t first = step.attribute("axis", -1);
  if (first < 0) first += x.dim();
  Integers axes;
  for (std::int64_t axis = first; axis < x.dim(); ++axis) axes.push_back(axis);
  Tensor result = normalised(x, axes, step.number("epsilon", 1e-5)) * step.in(1);
  if (step.has(2)) result = result + step.in(2);
  return {result};
}

OnnxResults kernel_max_pool(const OnnxStep& step) {
  only_explicit_padding(step);
  if (step.outputs() > 1) step.refuse("its second output is not computed");
  const std::size_t dims = spatial(step);
  const Integers kernel = step.list("kernel_shape"),
                 stride = step.list("strides", Integers(dims, 1));
  const Integers dilation = step.list("dilations", Integers(dims, 1));
  const Tensor x = with_pads(step.in(), step.list("pads", Integers(2 * dims, 0)),
                             -std::numeric_limits<double>::infinity());
  const bool ceil = step.attribute("ceil_mode", 0) != 0;
  if (dims == 1) return {at::max_pool1d(x, kernel, stride, Integers(1, 0), dilation, ceil)};
  if (dims == 2) return {at::max_pool2d(x, kernel, stride, Integers(2, 0), dilation, ceil)};
  return {at::max_pool3d(x, kernel, stride, Integers(3, 0), dilation, ceil)};
}

OnnxResults kernel_average_pool(const OnnxStep& step) {
  only_explicit_padding(step);
  const std::size_t dims = spatial(step);
  const Integers kernel = step.list("kernel_shape"),
                 stride = step.list("strides", Integers(dims, 1));
  const Integers pads = step.list("pads", Integers(2 * dims, 0));
  const Integers begins(pads.begin(), pads.begin() + static_cast<std::ptrdiff_t>(dims));
  if (Integers(pads.begin() + static_cast<std::ptrdiff_t>(dims), pads.end()) != begins) {
    step.refuse("pads that differ between the two ends");
  }
  const bool ceil = step.attribute("ceil_mode", 0) != 0,
             all = step.attribute("count_include_pad", 0) != 0;
  if (dims == 1) return {at::avg_pool1d(step.in(), kernel, stride, begins, ceil, all)};
  if (dims == 2) return {at::avg_pool2d(step.in(), kernel, stride, begins, ceil, all)};
  return {at::avg_pool3d(step.in(), kernel, stride, begins, ceil, all)};
}

OnnxResults kernel_global_pool(const OnnxStep& step) {
  const Tensor& x = step.in();
  Integers axes;
  for (std::int64_t axis = 2; axis < x.dim(); ++axis) axes.push_back(axis);
  return {step.op() == "GlobalMaxPool" ? at::amax(x, axes, true) : x.mean(axes, true)};
}

/// Where each place of a resized axis lies on the source axis (float64, as ONNX's
/// coordinate_transformation_mode says).
Tensor source_places(const OnnxStep& step, std::int64_t from, std::int64_t to, double scale) {
  const Tensor places = at::arange(to, at::kDouble);
  const std::string mode = step.text("coordinate_transformation_mode", "half_pixel");
  if (mode == "asymmetric") return places / scale;
  if (mode == "half_pixel") return (places + 0.5) / scale - 0.5;
  if (mode != "align_corners") step.refuse("coordinates '" + mode + "'");
  if (to == 1) return at::zeros({1}, at::kDouble);
  return places * (static_cast<double>(from - 1) / static_cast<double>(to - 1));
}

Tensor resized_axis(const OnnxStep& step, const Tensor& x, std::int64_t axis, std::int64_t to,
                    double scale) {
  const std::int64_t from = x.size(axis);
  const Tensor places = source_places(step, from, to, scale);
  const std::string mode = step.text("mode", "nearest");
  if (mode == "nearest") {
    if (step.text("nearest_mode", "round_prefer_floor") != "floor")
      step.refuse("nearest_mode other than floor");
    // A hair more than the quotient, so that 7 / (1/3 as float) does not fall to 20.
    return x.index_select(axis, at::floor(places + 1e-6).clamp(0, from - 1).to(at::kLong));
  }
  if (mode != "linear") step.refuse("mode '" + mode + "'");
  const Tensor inside = places.clamp(0, static_cast<double>(from - 1));
  const Tensor low = at::floor(inside);
  Integers shape(static_cast<std::size_t>(x.dim()), 1);
  shape[static_cast<std::size_t>(axis)] = to;
  const Tensor weight = (inside - low).to(x.scalar_type()).reshape(shape);
  const Tensor first = low.to(at::kLong);
  const Tensor left = x.index_select(axis, first);
  const Tensor right = x.index_select(axis, at::clamp_max(first + 1, from - 1));
  return left + (right - left) * weight;
}

OnnxResults kernel_resize(const OnnxStep& step) {  // Resize(x, roi, scales, sizes)
  Tensor x = step.in();
  const Integers source = x.sizes().vec();
  const bool by_size = step.has(3);
  const Tensor scales = by_size ? Tensor() : step.in(2).to(at::kFloat).contiguous();
  const Integers sizes = by_size ? step.integers(3) : Integers();
  if ((by_size ? static_cast<std::int64_t>(sizes.size()) : scales.numel()) != x.dim()) {
    step.refuse("sizes or scales for another number of axes");
  }
  for (std::int64_t axis = 0; axis < x.dim(); ++axis) {
    const auto i = static_cast<std::size_t>(axis);
    const auto length = static_cast<double>(source[i]);
    const double scale =
        by_size ? static_cast<double>(sizes[i]) / length : scales.data_ptr<float>()[axis];
    const std::int64_t to =
        by_size ? sizes[i] : static_cast<std::int64_t>(std::floor(length * scale));
    if (to < 1 || to > (std::int64_t{1} << 24))
      step.refuse("a resized axis of length " + std::to_string(to));
    if (to != source[i] || scale != 1) x = resized_axis(step, x, axis, to, scale);
  }
  return {x};
}

}  // namespace

void add_layer_kernels(OnnxKernels& table) {
  table["Conv"] = kernel_conv;
  table["ConvTranspose"] = kernel_conv_transpose;
  table["InstanceNormalization"] = kernel_instance_norm;
  table["BatchNormalization"] = kernel_batch_norm;
  table["LayerNormalization"] = kernel_layer_norm;
  table["MaxPool"] = kernel_max_pool;
  table["AveragePool"] = kernel_average_pool;
  table["GlobalAveragePool"] = table["GlobalMaxPool"] = kernel_global_pool;
  table["Resize"] = kernel_resize;
}

}  // namespace warmstart
