// Reshaping, slicing, gathering, joining, padding.
#include <ATen/ATen.h>

#include <algorithm>

#include "core/export/onnx_step.h"

namespace warmstart {
namespace {

using at::Tensor;
using Integers = std::vector<std::int64_t>;

OnnxResults kernel_reshape(const OnnxStep& step) {
  Integers shape = step.integers(1);
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 0 && step.attribute("allowzero", 0) == 0)
      shape[i] = step.in().size(static_cast<std::int64_t>(i));
  }
  return {step.in().reshape(shape)};
}

OnnxResults kernel_transpose(const OnnxStep& step) {
  Integers order = step.list("perm");
  if (order.empty()) {
    for (std::int64_t axis = step.in().dim(); axis-- > 0;) order.push_back(axis);
  }
  return {step.in().permute(order)};
}

/// Axes counted from 0, in rising order.
Integers sorted_axes(Integers axes, std::int64_t rank) {
  for (std::int64_t& axis : axes) axis = axis < 0 ? axis + rank : axis;
  std::sort(axes.begin(), axes.end());
  return axes;
}

OnnxResults kernel_unsqueeze(const OnnxStep& step) {
  const Integers axes = step.integers(1);
  Tensor x = step.in();
  for (const std::int64_t axis :
       sorted_axes(axes, x.dim() + static_cast<std::int64_t>(axes.size()))) {
    x = x.unsqueeze(axis);
  }
  return {x};
}

OnnxResults kernel_squeeze(const OnnxStep& step) {
  Tensor x = step.in();
  if (!step.has(1)) return {x.squeeze()};
  Integers axes = sorted_axes(step.integers(1), x.dim());
  for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) x = x.squeeze(*axis);
  return {x};
}

OnnxResults kernel_expand(const OnnxStep& step) {
  const Tensor& x = step.in();
  const Integers shape = step.integers(1);
  return {x.expand(at::infer_size(x.sizes(), shape))};
}

OnnxResults kernel_tile(const OnnxStep& step) { return {step.in().repeat(step.integers(1))}; }

OnnxResults kernel_concat(const OnnxStep& step) {
  std::vector<Tensor> parts;
  for (std::size_t i = 0; i < step.count(); ++i) parts.push_back(step.in(i));
  return {at::cat(parts, step.attribute("axis", 0))};
}

OnnxResults kernel_split(const OnnxStep& step) {
  const std::int64_t axis = step.attribute("axis", 0);
  Integers sizes;
  if (step.has(1)) {
    sizes = step.integers(1);
  } else {
    const auto parts = static_cast<std::int64_t>(step.outputs());
    if (step.in().size(axis) % parts != 0) step.refuse("parts of unequal length");
    sizes.assign(step.outputs(), step.in().size(axis) / parts);
  }
  return step.in().split_with_sizes(sizes, axis);
}

Tensor one_slice(const OnnxStep& step, const Tensor& x, std::int64_t axis, std::int64_t begin,
                 std::int64_t end, std::int64_t stride) {
  const std::int64_t length = x.size(axis);
  if (stride > 0) return x.slice(axis, begin, end, stride);
  if (stride == 0) step.refuse("a stride of 0");
  begin = std::clamp<std::int64_t>(begin < 0 ? begin + length : begin, -1, length - 1);
  end = end < -length ? -1 : std::clamp<std::int64_t>(end < 0 ? end + length : end, -1, length);
  Integers places;
  for (std::int64_t place = begin; place > end; place += stride) places.push_back(place);
  return x.index_select(axis, at::tensor(places, at::kLong));
}

OnnxResults kernel_slice(const OnnxStep& step) {  // Slice(x, begins, ends, axes, strides)
  Tensor x = step.in();
  const Integers begins = step.integers(1), ends = step.integers(2);
  Integers axes, strides(begins.size(), 1);
  for (std::size_t i = 0; i < begins.size(); ++i) axes.push_back(static_cast<std::int64_t>(i));
  if (step.has(3)) axes = step.integers(3);
  if (step.has(4)) strides = step.integers(4);
  if (ends.size() != begins.size() || axes.size() != begins.size() ||
      strides.size() != begins.size()) {
    step.refuse("begins, ends, axes and strides of unequal length");
  }
  for (std::size_t i = 0; i < begins.size(); ++i) {
    x = one_slice(step, x, axes[i], begins[i], ends[i], strides[i]);
  }
  return {x};
}

OnnxResults kernel_gather(const OnnxStep& step) {
  const Tensor& x = step.in();
  std::int64_t axis = step.attribute("axis", 0);
  if (axis < 0) axis += x.dim();
  Tensor places = step.in(1).to(at::kLong);
  places = at::where(places < 0, places + x.size(axis), places);
  Integers shape(x.sizes().begin(), x.sizes().begin() + axis);
  shape.insert(shape.end(), places.sizes().begin(), places.sizes().end());
  shape.insert(shape.end(), x.sizes().begin() + axis + 1, x.sizes().end());
  return {x.index_select(axis, places.flatten()).reshape(shape)};
}

OnnxResults kernel_gather_elements(const OnnxStep& step) {
  const std::int64_t axis = step.attribute("axis", 0);
  const Tensor places = step.in(1).to(at::kLong);
  return {
      at::gather(step.in(), axis, at::where(places < 0, places + step.in().size(axis), places))};
}

OnnxResults kernel_shape(const OnnxStep& step) {
  if (step.given("start") || step.given("end")) step.refuse("start and end are not read");
  return {at::tensor(step.in().sizes(), at::kLong)};
}

OnnxResults kernel_depth_to_space(const OnnxStep& step) {
  const std::int64_t block = step.attribute("blocksize", 1);
  if (step.text("mode", "DCR") != "CRD") step.refuse("mode other than CRD");
  const Integers size = step.in().sizes().vec();
  const Tensor parts =
      step.in().reshape({size[0], size[1] / (block * block), block, block, size[2], size[3]});
  return {
      parts.permute({0, 1, 4, 2, 5, 3}).reshape({size[0], -1, size[2] * block, size[3] * block})};
}

OnnxResults kernel_pad(const OnnxStep& step) {  // Pad(x, pads, value)
  const Integers pads = step.integers(1);
  const std::string mode = step.text("mode", "constant");
  const std::size_t rank = pads.size() / 2;
  Tensor x = step.in();
  if (mode == "constant") {
    Integers reordered;
    for (std::size_t i = rank; i-- > 0;) {
      reordered.push_back(pads[i]);
      reordered.push_back(pads[rank + i]);
    }
    return {at::constant_pad_nd(x, reordered, step.has(2) ? step.in(2).item() : at::Scalar(0))};
  }
  for (std::size_t i = 0; i < rank; ++i) {  // reflect, edge: by places, one axis after the other
    const auto axis = static_cast<std::int64_t>(i);
    const std::int64_t length = x.size(axis);
    Tensor places = at::arange(-pads[i], length + pads[rank + i], at::kLong);
    if (mode == "reflect") {
      places = (length - 1) - at::abs((length - 1) - at::abs(places));
    } else if (mode == "edge") {
      places = places.clamp(0, length - 1);
    } else {
      step.refuse("mode '" + mode + "'");
    }
    if (places.numel() != length) x = x.index_select(axis, places);
  }
  return {x};
}

OnnxResults kernel_constant(const OnnxStep& step) {
  const onnx::AttributeProto* value = step.find("value");
  if (value == nullptr || !value->has_t()) step.refuse("only tensors are read");
  return {tensor_from_onnx(value->t(), "")};
}

OnnxResults kernel_flatten(const OnnxStep& step) {
  std::int64_t axis = step.attribute("axis", 1), rows = 1;
  if (axis < 0) axis += step.in().dim();
  for (std::int64_t i = 0; i < axis; ++i) rows *= step.in().size(i);
  return {step.in().reshape({rows, -1})};
}

}  // namespace

void add_layout_kernels(OnnxKernels& table) {
  table["Reshape"] = kernel_reshape;
  table["Transpose"] = kernel_transpose;
  table["Unsqueeze"] = kernel_unsqueeze;
  table["Squeeze"] = kernel_squeeze;
  table["Expand"] = kernel_expand;
  table["Tile"] = kernel_tile;
  table["Concat"] = kernel_concat;
  table["Split"] = kernel_split;
  table["Slice"] = kernel_slice;
  table["Gather"] = kernel_gather;
  table["GatherElements"] = kernel_gather_elements;
  table["Shape"] = kernel_shape;
  table["DepthToSpace"] = kernel_depth_to_space;
  table["Pad"] = kernel_pad;
  table["Constant"] = kernel_constant;
  table["Flatten"] = kernel_flatten;
}

}  // namespace warmstart
