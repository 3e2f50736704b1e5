// Convolutions of any dimension, transposed ones too.
#include "core/export/onnx_call.h"

namespace warmstart {
namespace {

using Integers = std::vector<std::int64_t>;

Integers both_ends(const Integers& padding) {
  Integers pads = padding;
  pads.insert(pads.end(), padding.begin(), padding.end());
  return pads;
}

struct ConvolutionArguments {
  Integers stride, pads, dilation, output_padding;
  std::int64_t groups = 1;
  bool transposed = false;
};

void write_convolution(OnnxCall& call, const ConvolutionArguments& arguments) {
  const OnnxShape weight = call.shape(1);
  std::vector<std::string> inputs{call.tensor(0), call.tensor(1)};
  if (!call.none(2)) inputs.push_back(call.tensor(2));
  OnnxAttributes attributes{{"kernel_shape", Integers(weight.begin() + 2, weight.end())},
                            {"strides", arguments.stride},
                            {"pads", arguments.pads},
                            {"dilations", arguments.dilation},
                            {"group", arguments.groups}};
  if (arguments.transposed) attributes.emplace_back("output_padding", arguments.output_padding);
  call.result(call.emit(arguments.transposed ? "ConvTranspose" : "Conv", inputs, attributes));
}

// _convolution(input, weight, bias, stride, padding, dilation, transposed, output_padding, groups,
// ...)
void convert_any(OnnxCall& call) {
  const std::size_t dims = call.shape(1).size() - 2;
  write_convolution(call, {.stride = call.integers(3, dims),
                           .pads = both_ends(call.integers(4, dims)),
                           .dilation = call.integers(5, dims),
                           .output_padding = call.integers(7, dims),
                           .groups = call.integer(8),
                           .transposed = call.flag(6)});
}

// convNd(input, weight, bias, stride, padding, dilation, groups)
void convert_plain(OnnxCall& call) {
  const std::size_t dims = call.shape(1).size() - 2;
  write_convolution(call, {.stride = call.integers(3, dims),
                           .pads = both_ends(call.integers(4, dims)),
                           .dilation = call.integers(5, dims),
                           .output_padding = {},
                           .groups = call.integer(6)});
}

// conv_transposeNd(input, weight, bias, stride, padding, output_padding, groups, dilation)
void convert_transposed(OnnxCall& call) {
  const std::size_t dims = call.shape(1).size() - 2;
  write_convolution(call, {.stride = call.integers(3, dims),
                           .pads = both_ends(call.integers(4, dims)),
                           .dilation = call.integers(7, dims),
                           .output_padding = call.integers(5, dims),
                           .groups = call.integer(6),
                           .transposed = true});
}

// _convolution_mode(input, weight, bias, stride, padding "same" | "valid", dilation, groups):
// "same" pads the odd one at the end, as PyTorch does.
void convert_named_padding(OnnxCall& call) {
  const OnnxShape weight = call.shape(1);
  const std::size_t dims = weight.size() - 2;
  const Integers dilation = call.integers(5, dims);
  Integers pads(2 * dims, 0);
  if (call.text(4) == "same") {
    for (std::size_t i = 0; i < dims; ++i) {
      const std::int64_t total = dilation[i] * (weight[i + 2] - 1);
      pads[i] = total / 2;
      pads[dims + i] = total - total / 2;
    }
  }
  write_convolution(call, {.stride = call.integers(3, dims),
                           .pads = pads,
                           .dilation = dilation,
                           .output_padding = {},
                           .groups = call.integer(6)});
}

}  // namespace

void add_convolution_conversions(OnnxConversions& table) {
  table["_convolution"] = convert_any;
  table["_convolution_mode"] = convert_named_padding;
  for (const char* dims : {"1d", "2d", "3d"}) {
    table[std::string("conv") + dims] = convert_plain;
    table[std::string("conv_transpose") + dims] = convert_transposed;
  }
}

}  // namespace warmstart
