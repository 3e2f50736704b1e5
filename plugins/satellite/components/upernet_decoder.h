// UPerNet (Xiao et al. 2018; seed card 15): one map out of four, by pooling the coarsest over
// regions of several sizes and adding it up level by level.
#pragma once
#include <torch/nn/module.h>

#include <memory>
#include <vector>

#include "core/layers/convolution.h"
#include "core/layers/normalisation.h"

namespace warmstart::satellite {

/// Convolution, batch normalisation, ReLU.
class ConvNormRelu final : public torch::nn::Module {
 public:
  ConvNormRelu(std::int64_t in, std::int64_t out, std::int64_t kernel);
  at::Tensor forward(const at::Tensor& x);

 private:
  std::shared_ptr<Convolution> conv_;
  std::shared_ptr<Normalisation> norm_;
};

/// (bins,length): row i takes the mean from floor(i length / bins) to ceil((i + 1) length / bins),
/// as adaptive_avg_pool does, whose trace cannot be exported where the windows are unequal.
at::Tensor pooling_matrix(std::int64_t length, std::int64_t bins);

struct UPerNetOptions {
  std::int64_t in = 48;             ///< channels of each map
  std::int64_t width = 32;          ///< channels of the decoder
  std::vector<std::int64_t> edges;  ///< of the four maps, finest first
};

class UPerNetDecoder final : public torch::nn::Module {
 public:
  explicit UPerNetDecoder(const UPerNetOptions& options);
  /// Four maps (B,in,edge,edge), finest first -> (B,width,edges[0],edges[0]).
  at::Tensor forward(const std::vector<at::Tensor>& maps);

 private:
  at::Tensor pooled(const at::Tensor& coarsest);
  at::Tensor to_level(const at::Tensor& map, std::size_t level) const;
  UPerNetOptions options_;
  std::vector<at::Tensor> pools_;  ///< pooling_matrix for each number of bins
  std::vector<std::shared_ptr<ConvNormRelu>> bins_, laterals_, smooth_;
  std::shared_ptr<ConvNormRelu> context_, fuse_;
};

}  // namespace warmstart::satellite
