// Taking parts of a tensor: slices, single places, tables of places.
#include <ATen/ATen.h>

#include <limits>

#include "core/export/onnx_call.h"

namespace warmstart {
namespace {

std::string sliced(OnnxCall& call, const std::string& x, std::int64_t axis, std::int64_t begin,
                   std::int64_t end, std::int64_t step = 1) {
  auto& graph = call.graph();
  return call.emit("Slice", {x, graph.integers({begin}), graph.integers({end}),
                             graph.integers({axis}), graph.integers({step})});
}

void convert_slice(OnnxCall& call) {  // slice(x, axis, begin, end, step)
  const std::int64_t begin = call.none(2) ? 0 : call.integer(2);
  const std::int64_t end =
      call.none(3) ? std::numeric_limits<std::int64_t>::max() : call.integer(3);
  if (begin == 0 && end == std::numeric_limits<std::int64_t>::max() && call.integer(4) == 1) {
    return call.result(call.tensor(0));
  }
  call.result(sliced(call, call.tensor(0), call.axis(1, 0), begin, end, call.integer(4)));
}

void convert_narrow(OnnxCall& call) {  // narrow(x, axis, begin, length)
  const std::int64_t begin = call.integer(2);
  call.result(sliced(call, call.tensor(0), call.axis(1, 0), begin, begin + call.integer(3)));
}

void convert_select(OnnxCall& call) {  // select(x, axis, place)
  if (!call.known(2)) {
    return call.result(
        call.emit("Gather", {call.tensor(0), call.tensor(2)}, {{"axis", call.axis(1, 0)}}));
  }
  const std::string place = call.graph().scalar(static_cast<double>(call.integer(2)), at::kLong);
  call.result(call.emit("Gather", {call.tensor(0), place}, {{"axis", call.axis(1, 0)}}));
}

void convert_embedding(OnnxCall& call) {  // embedding(table, places, ...)
  call.result(call.emit("Gather", {call.tensor(0), call.tensor(1)}, {{"axis", std::int64_t{0}}}));
}

void convert_index_select(OnnxCall& call) {  // index_select(x, axis, places)
  call.result(call.emit("Gather", {call.tensor(0), call.tensor(2)}, {{"axis", call.axis(1, 0)}}));
}

void convert_gather(OnnxCall& call) {  // gather(x, axis, places)
  call.result(
      call.emit("GatherElements", {call.tensor(0), call.tensor(2)}, {{"axis", call.axis(1, 0)}}));
}

/// index(x, [none, places, ...]) with one table of places: x[:, places].
void convert_index(OnnxCall& call) {
  std::int64_t axis = -1;
  OnnxValue* places = nullptr;
  const auto items = call.list(1);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i]->known && items[i]->known->isNone()) continue;
    if (places != nullptr)
      call.refuse("indexing with several tensors at once", "index one axis after the other");
    places = items[i];
    axis = static_cast<std::int64_t>(i);
  }
  const at::ScalarType type =
      places->known ? places->known->toTensor().scalar_type() : places->type;
  if (type == at::kBool || type == at::kByte) {
    call.refuse("indexing with a mask", "use torch::where, so that the shape stays the same");
  }
  call.result(call.emit("Gather", {call.tensor(0), call.name_of(*places)}, {{"axis", axis}}));
}

void convert_flip(OnnxCall& call) {
  std::string x = call.tensor(0);
  for (const std::int64_t axis : call.integers(1)) {
    x = sliced(call, x, call.wrap(axis, call.rank(0)), -1, std::numeric_limits<std::int64_t>::min(),
               -1);
  }
  call.result(x);
}

void convert_roll(OnnxCall& call) {  // roll(x, shifts, axes): the tail comes to the front
  const auto shifts = call.integers(1), axes = call.integers(2);
  if (axes.size() != shifts.size()) call.refuse("roll without axes", "name the axes");
  std::string x = call.tensor(0);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::int64_t axis = call.wrap(axes[i], call.rank(0));
    const std::int64_t length = call.shape(0)[static_cast<std::size_t>(axis)];
    if (length <= 0) call.refuse("roll along the batch axis", "roll another axis");
    const std::int64_t shift = ((shifts[i] % length) + length) % length;
    if (shift == 0) continue;
    x = call.emit(
        "Concat",
        {sliced(call, x, axis, length - shift, length), sliced(call, x, axis, 0, length - shift)},
        {{"axis", axis}});
  }
  call.result(x);
}

/// size(x) or size(x, axis); a size that does not follow the batch is a plain number.
void convert_size(OnnxCall& call) {
  const std::string shape = call.emit("Shape", {call.tensor(0)});
  if (call.none(1)) return call.result(shape);
  const std::int64_t axis = call.axis(1, 0), size = call.shape(0)[static_cast<std::size_t>(axis)];
  if (size >= 0) {
    call.results().front().known = c10::IValue(size);
    return;
  }
  const std::string place = call.graph().scalar(static_cast<double>(axis), at::kLong);
  call.result(call.emit("Gather", {shape, place}, {{"axis", std::int64_t{0}}}));
}

void convert_top_k(OnnxCall& call) {  // topk(x, k, axis, largest, sorted) -> values, places
  const auto names =
      call.graph().nodes("TopK", {call.tensor(0), call.graph().integers({call.integer(1)})},
                         {{"axis", call.axis(2, 0)},
                          {"largest", std::int64_t{call.flag(3)}},
                          {"sorted", std::int64_t{1}}},
                         2);
  call.result(names[0], 0);
  call.result(names[1], 1);
}

void convert_triangle(OnnxCall& call, bool upper) {  // tril, triu(x, diagonal)
  const OnnxShape shape = call.shape(0);
  const std::int64_t rows = shape[shape.size() - 2], columns = shape.back();
  at::Tensor mask = at::ones({rows, columns}, at::kBool);
  mask = upper ? at::triu(mask, call.integer(1)) : at::tril(mask, call.integer(1));
  call.result(call.emit("Where", {call.graph().weight(mask, "triangle"), call.tensor(0),
                                  call.graph().scalar(0, call.type(0))}));
}

void convert_tril(OnnxCall& call) { convert_triangle(call, false); }
void convert_triu(OnnxCall& call) { convert_triangle(call, true); }

}  // namespace

void add_index_conversions(OnnxConversions& table) {
  table["slice"] = convert_slice;
  table["narrow"] = convert_narrow;
  table["select"] = convert_select;
  table["embedding"] = convert_embedding;
  table["index_select"] = convert_index_select;
  table["gather"] = convert_gather;
  table["index"] = convert_index;
  table["flip"] = convert_flip;
  table["roll"] = convert_roll;
  table["size"] = table["_shape_as_tensor"] = convert_size;
  table["topk"] = convert_top_k;
  table["tril"] = convert_tril;
  table["triu"] = convert_triu;
}

}  // namespace warmstart
