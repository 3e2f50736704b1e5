#include "core/layers/convolution.h"

#include <ATen/ATen.h>
#include <torch/nn/init.h>

#include <cmath>

namespace warmstart {

Convolution::Convolution(const ConvolutionOptions& options)
    : dims_(options.dims),
      stride_(options.stride),
      padding_(static_cast<std::size_t>(options.dims),
               options.padding < 0 ? options.kernel / 2 : options.padding) {
  if (stride_.empty()) stride_.assign(static_cast<std::size_t>(dims_), 1);
  std::vector<std::int64_t> shape{options.out, options.in};
  shape.insert(shape.end(), static_cast<std::size_t>(dims_), options.kernel);
  weight = register_parameter("weight", at::empty(shape));
  if (options.bias) bias = register_parameter("bias", at::empty({options.out}));
  reset_parameters();
}

void Convolution::reset_parameters() {
  torch::nn::init::kaiming_uniform_(weight, std::sqrt(5.0));
  if (!bias.defined()) return;
  const double bound = 1.0 / std::sqrt(static_cast<double>(weight.numel() / weight.size(0)));
  torch::nn::init::uniform_(bias, -bound, bound);
}

at::Tensor Convolution::forward(const at::Tensor& x) const {
  return dims_ == 3 ? at::conv3d(x, weight, bias, stride_, padding_)
                    : at::conv2d(x, weight, bias, stride_, padding_);
}

at::Tensor Convolution::forward(const at::Tensor& x, const at::Tensor& active) const {
  const at::Tensor y = forward(x);
  return active.defined() ? y * active : y;
}

at::Tensor upsample_nearest(const at::Tensor& x, const std::vector<std::int64_t>& factor) {
  const std::vector<double> scale(factor.begin(), factor.end());
  return factor.size() == 3 ? at::upsample_nearest3d(x, c10::nullopt, scale)
                            : at::upsample_nearest2d(x, c10::nullopt, scale);
}

}  // namespace warmstart
