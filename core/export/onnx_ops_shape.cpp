// Operations that only re-arrange: reshape, permute, split, join. The batch axis stays free
// throughout.
#include <algorithm>

#include "core/export/onnx_call.h"

namespace warmstart {
namespace {

using Integers = std::vector<std::int64_t>;

/// A shape for Reshape with at most one free axis written as -1; leading axes that stay are written
/// 0 ("as they were").
std::string target_shape(OnnxCall& call, OnnxShape shape, std::size_t kept) {
  for (std::size_t i = 0; i < kept && i < shape.size(); ++i) shape[i] = 0;
  if (std::count(shape.begin(), shape.end(), -1) > 1) {
    call.refuse("more than one axis depends on a free size", "keep each free size in one axis");
  }
  return call.graph().integers(shape);
}

void convert_reshape(OnnxCall& call) {  // reshape, view(x, sizes)
  if (call.known(1)) {
    for (const std::int64_t size : call.integers(1)) {
      if (size == 0) call.refuse("an axis of size 0", "");
    }
  }
  call.result(call.emit("Reshape", {call.tensor(0), call.sizes(1)}));
}

void convert_view_as(OnnxCall& call) {  // view_as, reshape_as(x, other)
  call.result(call.emit("Reshape", {call.tensor(0), call.emit("Shape", {call.tensor(1)})}));
}

void convert_flatten(OnnxCall& call) {  // flatten(x, first, last)
  const std::int64_t first = call.axis(1, 0);
  OnnxShape shape = call.result_shape();
  const auto at = static_cast<std::size_t>(first);
  if (first > 0 && std::count(shape.begin() + first, shape.end(), -1) == 0) shape[at] = -1;
  call.result(call.emit("Reshape", {call.tensor(0), target_shape(call, shape, at)}));
}

void convert_unflatten(OnnxCall& call) {  // unflatten(x, axis, sizes)
  const auto axis = static_cast<std::size_t>(call.axis(1, 0));
  const OnnxShape source = call.shape(0);
  Integers shape(axis, 0);
  const Integers sizes = call.integers(2);
  shape.insert(shape.end(), sizes.begin(), sizes.end());
  shape.insert(shape.end(), source.begin() + static_cast<std::ptrdiff_t>(axis) + 1, source.end());
  call.result(call.emit("Reshape", {call.tensor(0), target_shape(call, shape, axis)}));
}

std::string permuted(OnnxCall& call, const Integers& order) {
  return call.emit("Transpose", {call.tensor(0)}, {{"perm", order}});
}

Integers identity_order(std::int64_t rank) {
  Integers order;
  for (std::int64_t i = 0; i < rank; ++i) order.push_back(i);
  return order;
}

void convert_permute(OnnxCall& call) {
  Integers order = call.integers(1);
  for (std::int64_t& axis : order) axis = call.wrap(axis, call.rank(0));
  call.result(permuted(call, order));
}

void convert_transpose(OnnxCall& call) {  // transpose, swapaxes(x, a, b)
  Integers order = identity_order(call.rank(0));
  std::swap(order.at(static_cast<std::size_t>(call.axis(1, 0))),
            order.at(static_cast<std::size_t>(call.axis(2, 0))));
  call.result(permuted(call, order));
}

void convert_t(OnnxCall& call) {
  Integers order = identity_order(call.rank(0));
  std::reverse(order.begin(), order.end());
  call.result(permuted(call, order));
}

void convert_movedim(OnnxCall& call) {  // movedim(x, from, to)
  const Integers from = call.integers(1, 1), to = call.integers(2, 1);
  const std::int64_t rank = call.rank(0);
  Integers order(static_cast<std::size_t>(rank), -1);
  std::vector<bool> used(static_cast<std::size_t>(rank), false);
  for (std::size_t i = 0; i < from.size(); ++i) {
    const std::int64_t source = call.wrap(from[i], rank);
    order.at(static_cast<std::size_t>(call.wrap(to[i], rank))) = source;
    used.at(static_cast<std::size_t>(source)) = true;
  }
  std::int64_t next = 0;
  for (std::int64_t& axis : order) {
    if (axis >= 0) continue;
    while (used[static_cast<std::size_t>(next)]) ++next;
    axis = next++;
  }
  call.result(permuted(call, order));
}

void convert_unsqueeze(OnnxCall& call) {
  call.result(
      call.emit("Unsqueeze", {call.tensor(0), call.graph().integers({call.axis(1, 0, 1)})}));
}

void convert_squeeze(
    OnnxCall& call) {  // squeeze(x) or squeeze(x, axis); an axis that is not 1 stays
  const OnnxShape shape = call.shape(0);
  Integers axes;
  if (call.none(1)) {
    for (std::size_t i = 0; i < shape.size(); ++i) {
      if (shape[i] == 1) axes.push_back(static_cast<std::int64_t>(i));
    }
  } else if (shape.at(static_cast<std::size_t>(call.axis(1, 0))) == 1) {
    axes.push_back(call.axis(1, 0));
  }
  if (axes.empty()) return call.result(call.tensor(0));
  call.result(call.emit("Squeeze", {call.tensor(0), call.graph().integers(axes)}));
}

void convert_expand(OnnxCall& call) {  // expand(x, sizes); -1 keeps, which for ONNX is 1
  if (!call.known(1)) return call.result(call.emit("Expand", {call.tensor(0), call.sizes(1)}));
  Integers sizes = call.integers(1);
  for (std::int64_t& size : sizes) size = size == -1 ? 1 : size;
  call.result(call.emit("Expand", {call.tensor(0), call.graph().integers(sizes)}));
}

void convert_expand_as(OnnxCall& call) {
  call.result(call.emit("Expand", {call.tensor(0), call.emit("Shape", {call.tensor(1)})}));
}

void convert_repeat(OnnxCall& call) {  // repeat(x, counts): counts may have more axes than x
  const Integers counts = call.integers(1);
  std::string x = call.tensor(0);
  if (const std::int64_t more = static_cast<std::int64_t>(counts.size()) - call.rank(0); more > 0) {
    x = call.emit("Unsqueeze", {x, call.graph().integers(identity_order(more))});
  }
  call.result(call.emit("Tile", {x, call.graph().integers(counts)}));
}

std::vector<std::string> list_names(OnnxCall& call, at::ScalarType type) {
  std::vector<std::string> names;
  for (OnnxValue* item : call.list(0)) {
    const std::string name = call.name_of(*item);
    names.push_back(item->type == type || item->known ? name : call.cast(name, type));
  }
  return names;
}

void convert_cat(OnnxCall& call) {
  const std::int64_t rank = static_cast<std::int64_t>(call.result_shape().size());
  const std::int64_t axis = call.wrap(call.integer(1), rank);
  call.result(call.emit("Concat", list_names(call, call.result_type()), {{"axis", axis}}));
}

void convert_stack(OnnxCall& call) {
  const std::int64_t rank = static_cast<std::int64_t>(call.result_shape().size());
  const std::int64_t axis = call.wrap(call.integer(1), rank);
  std::vector<std::string> parts;
  for (const std::string& name : list_names(call, call.result_type())) {
    parts.push_back(call.emit("Unsqueeze", {name, call.graph().integers({axis})}));
  }
  call.result(call.emit("Concat", parts, {{"axis", axis}}));
}

void split(OnnxCall& call, std::int64_t axis, const Integers& sizes) {
  call.result_list(call.graph().nodes("Split", {call.tensor(0), call.graph().integers(sizes)},
                                      {{"axis", axis}}, sizes.size()));
}

Integers equal_parts(OnnxCall& call, std::int64_t axis, std::int64_t part) {
  const std::int64_t length = call.shape(0).at(static_cast<std::size_t>(axis));
  if (length < 0) call.refuse("it splits the batch axis", "split another axis");
  Integers sizes;
  for (std::int64_t done = 0; done < length; done += part)
    sizes.push_back(std::min(part, length - done));
  return sizes;
}

void convert_chunk(OnnxCall& call) {  // chunk(x, chunks, axis)
  const std::int64_t axis = call.axis(2, 0), chunks = call.integer(1);
  const std::int64_t length = call.shape(0).at(static_cast<std::size_t>(axis));
  split(call, axis,
        equal_parts(call, axis, std::max<std::int64_t>(1, (length + chunks - 1) / chunks)));
}

void convert_split(OnnxCall& call) {  // split(x, size or sizes, axis)
  const std::int64_t axis = call.axis(2, 0);
  split(call, axis,
        call.value(1).isInt() ? equal_parts(call, axis, call.integer(1)) : call.integers(1));
}

void convert_unbind(OnnxCall& call) {  // unbind(x, axis)
  const std::int64_t axis = call.axis(1, 0);
  const std::string axes = call.graph().integers({axis});
  const Integers sizes = equal_parts(call, axis, 1);
  std::vector<std::string> names;
  for (const std::string& part :
       call.graph().nodes("Split", {call.tensor(0), call.graph().integers(sizes)}, {{"axis", axis}},
                          sizes.size())) {
    names.push_back(call.emit("Squeeze", {part, axes}));
  }
  call.result_list(names);
}

void convert_pixel_shuffle(OnnxCall& call) {
  call.result(call.emit("DepthToSpace", {call.tensor(0)},
                        {{"blocksize", call.integer(1)}, {"mode", std::string("CRD")}}));
}

}  // namespace

void add_shape_conversions(OnnxConversions& table) {
  for (const char* name : {"reshape", "view", "_unsafe_view"}) table[name] = convert_reshape;
  table["view_as"] = table["reshape_as"] = convert_view_as;
  table["flatten"] = convert_flatten;
  table["unflatten"] = convert_unflatten;
  table["permute"] = convert_permute;
  table["transpose"] = table["swapaxes"] = table["swapdims"] = convert_transpose;
  table["t"] = table["numpy_T"] = convert_t;
  table["movedim"] = table["moveaxis"] = convert_movedim;
  table["unsqueeze"] = convert_unsqueeze;
  table["squeeze"] = convert_squeeze;
  table["expand"] = convert_expand;
  table["expand_as"] = convert_expand_as;
  table["repeat"] = convert_repeat;
  table["cat"] = table["concat"] = convert_cat;
  table["stack"] = convert_stack;
  table["chunk"] = convert_chunk;
  table["split"] = table["split_with_sizes"] = convert_split;
  table["unbind"] = convert_unbind;
  table["pixel_shuffle"] = convert_pixel_shuffle;
}

}  // namespace warmstart
