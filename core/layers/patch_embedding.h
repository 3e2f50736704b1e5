// Cuts an image or volume into patches and makes tokens of them; positions of tokens on a grid.
#pragma once
#include <torch/nn/module.h>

#include <memory>
#include <vector>

#include "core/layers/convolution.h"

namespace warmstart {

/// x (B,C,[D,]H,W) -> (B,T,width), T patches in row-major order of the grid.
class PatchEmbedding final : public torch::nn::Module {
 public:
  PatchEmbedding(std::int64_t dims, std::int64_t in_channels, std::int64_t patch,
                 std::int64_t width);
  at::Tensor forward(const at::Tensor& x);

 private:
  std::shared_ptr<Convolution> project_;
};

/// Fixed positions (T,width) of a grid, T = product of `grid`: each axis gets an equal share of the
/// channels, half sines and half cosines with wavelengths from 2 pi to 20000 pi (Vaswani et al.
/// 2017); channels left over are zero.
at::Tensor sincos_positions(const std::vector<std::int64_t>& grid, std::int64_t width);

}  // namespace warmstart
