// Convolution in two or three dimensions behind one type, and the resampling that goes with it.
// Models build on it so that one network definition serves images and volumes. Parameter names and
// initial values are PyTorch's.
#pragma once
#include <torch/nn/module.h>

#include <vector>

#include "core/layers/initialised.h"

namespace warmstart {

struct ConvolutionOptions {
  std::int64_t dims = 3;
  std::int64_t in = 1, out = 1;  ///< channels
  std::int64_t kernel = 3;
  std::vector<std::int64_t> stride = {};  ///< one a dimension; empty = 1
  std::int64_t padding = -1;              ///< -1 = kernel / 2
  bool bias = true;
};

/// x (B,in,[D,]H,W) -> (B,out,...). Kaiming-uniform weights with a = sqrt(5), as torch.nn.Conv3d.
class Convolution final : public torch::nn::Module, public Initialised {
 public:
  explicit Convolution(const ConvolutionOptions& options);
  at::Tensor forward(const at::Tensor& x) const;
  /// Submanifold-sparse: output sites that `active` (B,1,output grid; 1 = visible) hides are zero.
  /// Exact when hidden sites of x are zero, which holds when x came from such a layer (seed card
  /// 01: y = conv(x*m)*m).
  at::Tensor forward(const at::Tensor& x, const at::Tensor& active) const;
  void reset_parameters() override;

  at::Tensor weight, bias;

 private:
  std::int64_t dims_;
  std::vector<std::int64_t> stride_, padding_;
};

/// Repeats each site `factor` times along each spatial axis: x (B,C,[D,]H,W) ->
/// (B,C,[D*f0,]H*f1,W*f2). Traceable.
at::Tensor upsample_nearest(const at::Tensor& x, const std::vector<std::int64_t>& factor);

}  // namespace warmstart
