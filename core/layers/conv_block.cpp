#include "core/layers/conv_block.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace warmstart {
namespace {

constexpr double kLeak = 0.01;

}  // namespace

ConvBlock::ConvBlock(const ConvBlockOptions& options)
    : residual_(options.residual), dropout_(options.dropout) {
  ConvolutionOptions conv{
      .dims = options.dims, .in = options.in, .out = options.out, .stride = options.stride};
  conv.bias = options.norm == "none";  // a normalisation would cancel it
  conv1_ = register_module("conv1", std::make_shared<Convolution>(conv));
  norm1_ = register_module("norm1", std::make_shared<Normalisation>(options.norm, options.out));
  conv.in = options.out;
  conv.stride = {};
  conv2_ = register_module("conv2", std::make_shared<Convolution>(conv));
  norm2_ = register_module("norm2", std::make_shared<Normalisation>(options.norm, options.out));
  const auto& stride = options.stride;
  const bool strided =
      std::any_of(stride.begin(), stride.end(), [](std::int64_t step) { return step != 1; });
  if (residual_ && (strided || options.in != options.out)) {
    shortcut_ = register_module(
        "shortcut", std::make_shared<Convolution>(ConvolutionOptions{.dims = options.dims,
                                                                     .in = options.in,
                                                                     .out = options.out,
                                                                     .kernel = 1,
                                                                     .stride = options.stride}));
  }
}

at::Tensor ConvBlock::forward(const at::Tensor& x, const at::Tensor& active) {
  at::Tensor y = at::leaky_relu(norm1_->forward(conv1_->forward(x, active), active), kLeak);
  y = norm2_->forward(conv2_->forward(y, active), active);
  if (residual_) y = y + (shortcut_ ? shortcut_->forward(x, active) : x);
  y = at::leaky_relu(y, kLeak);
  return dropout_ > 0 ? at::feature_dropout(y, dropout_, is_training()) : y;
}

}  // namespace warmstart
