// Two 3-wide convolutions, each followed by normalisation and LeakyReLU, with an optional residual
// connection: the block that U-Nets and light decoders are made of. Dense or submanifold-sparse.
#pragma once
#include <torch/nn/module.h>

#include <memory>
#include <string>
#include <vector>

#include "core/layers/convolution.h"
#include "core/layers/normalisation.h"

namespace warmstart {

struct ConvBlockOptions {
  std::int64_t dims = 3;
  std::int64_t in = 1, out = 1;           ///< channels
  std::vector<std::int64_t> stride = {};  ///< of the first convolution; empty = 1
  std::string norm = "instance";          ///< instance, batch, none
  bool residual = false;
  double dropout = 0;  ///< share of whole channels dropped after the block
};

/// x (B,in,...) -> (B,out,.../stride).
class ConvBlock final : public torch::nn::Module {
 public:
  explicit ConvBlock(const ConvBlockOptions& options);
  /// `active`: (B,1,output grid), 1 = visible; undefined = dense. See Convolution and
  /// Normalisation.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& active = {});

 private:
  std::shared_ptr<Convolution> conv1_, conv2_, shortcut_;
  std::shared_ptr<Normalisation> norm1_, norm2_;
  bool residual_;
  double dropout_;
};

}  // namespace warmstart
