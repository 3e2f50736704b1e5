#include "plugins/audio/components/convolutional_positions.h"

#include <ATen/ATen.h>

#include <cmath>

#include "core/base/error.h"
#include "plugins/audio/components/wave_encoder.h"

namespace warmstart::audio {
namespace {

/// The length of weight (D,D/G,K) at each of its K places: (1,1,K).
at::Tensor lengths_of_weight(const at::Tensor& weight) {
  return weight.square().sum(c10::IntArrayRef{0, 1}, true).sqrt();
}

}  // namespace

ConvolutionalPositions::ConvolutionalPositions(const Options& options) : options_(options) {
  if (options.width % options.groups != 0) {
    throw Error(std::to_string(options.groups) + " groups do not divide the width " +
                    std::to_string(options.width),
                "model.position_groups", "choose a divisor of width");
  }
  weight_g = register_parameter("weight_g", at::empty({1, 1, options.kernel}));
  weight_v = register_parameter(
      "weight_v", at::empty({options.width, options.width / options.groups, options.kernel}));
  bias = register_parameter("bias", at::empty({options.width}));
  reset_parameters();
}

void ConvolutionalPositions::reset_parameters() {
  const at::NoGradGuard no_gradients;
  // fairseq: deviation sqrt(4 / (kernel * width)).
  weight_v.normal_(0.0, std::sqrt(4.0 / static_cast<double>(options_.kernel * options_.width)));
  weight_g.copy_(lengths_of_weight(weight_v));
  bias.zero_();
}

at::Tensor ConvolutionalPositions::forward(const at::Tensor& x_BTD) const {
  const at::Tensor weight = weight_v * (weight_g / lengths_of_weight(weight_v));
  at::Tensor x_BDT =
      at::conv1d(x_BTD.transpose(1, 2), weight, bias, 1, options_.kernel / 2, 1, options_.groups);
  // An even kernel gives one frame too many.
  if (options_.kernel % 2 == 0) x_BDT = x_BDT.slice(2, 0, -1);
  return gelu_by_erf(x_BDT).transpose(1, 2);
}

}  // namespace warmstart::audio
