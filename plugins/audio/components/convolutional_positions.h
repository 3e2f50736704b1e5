// wav2vec 2.0's relative positions: a wide grouped convolution over the frames whose answer is
// added to them (Baevski et al. 2020, section 2; seed card 39). The weight is kept as a length and
// a direction (Salimans and Kingma 2016) under the published names weight_g and weight_v.
#pragma once
#include <torch/nn/module.h>

#include "core/layers/initialised.h"

namespace warmstart::audio {

/// x (B,T,D) -> (B,T,D), what is to be added to x.
class ConvolutionalPositions final : public torch::nn::Module, public Initialised {
 public:
  struct Options {
    std::int64_t width = 768, kernel = 128, groups = 16;
  };
  /// Error when the groups do not divide the width.
  explicit ConvolutionalPositions(const Options& options);
  at::Tensor forward(const at::Tensor& x_BTD) const;
  void reset_parameters() override;
  at::Tensor weight_g, weight_v, bias;

 private:
  Options options_;
};

}  // namespace warmstart::audio
