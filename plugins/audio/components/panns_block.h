// The convolution block that PANNs' networks are made of, with the parameter names of the published
// checkpoints (seed card 11). Used by cnn_audio and wavegram_logmel_cnn.
#pragma once
#include <torch/nn/module.h>

#include <memory>
#include <vector>

#include "core/layers/convolution.h"
#include "core/layers/normalisation.h"

namespace warmstart::audio {

/// x (B,in,T,M) -> (B,out,T/pool_time,M/pool_mels): (conv, BN, ReLU) once with kernel 5 or twice
/// with kernel 3, then average pooling.
class PannsBlock final : public torch::nn::Module {
 public:
  PannsBlock(std::int64_t in, std::int64_t out, bool single);
  at::Tensor forward(at::Tensor x, std::int64_t pool_time, std::int64_t pool_mels);

 private:
  std::vector<std::shared_ptr<Convolution>> convs_;
  std::vector<std::shared_ptr<Normalisation>> norms_;
};

/// Channels of block `i` (from 0): width_mult of the published 64, 128, 256, ...; at least 1.
std::int64_t panns_channels(std::int64_t i, double width_mult);

}  // namespace warmstart::audio
