// The small U-Net decoder that masked pretraining adds on top of a backbone; it is thrown away
// afterwards. Where an encoder left sites empty, each level gets a learned mask embedding first
// (SparK, Tian et al. 2023; seed card 01).
#pragma once
#include <torch/nn/module.h>

#include <memory>
#include <vector>

#include "core/layers/conv_block.h"
#include "core/models/model.h"

namespace warmstart {

class LightDecoder final : public torch::nn::Module, public Initialised {
 public:
  /// `width`: channels at the coarsest level, halved at each finer one (at least 8).
  /// `mask_embeddings`: fill hidden sites.
  LightDecoder(const Backbone& backbone, std::int64_t width, bool mask_embeddings);
  /// `features` as Backbone::features gives them; `active` (B,1,coarsest grid; 1 = visible),
  /// undefined = all visible. Returns (B,in_channels,[D,]H,W).
  at::Tensor forward(const std::vector<at::Tensor>& features, const at::Tensor& active = {});
  void reset_parameters() override;

 private:
  at::Tensor densify(const at::Tensor& map, const at::Tensor& active, std::size_t level);
  std::vector<std::int64_t> factor(std::size_t coarse, std::size_t fine) const;

  std::vector<std::vector<std::int64_t>> strides_;  ///< [level][axis]
  std::vector<at::Tensor> embeddings_;
  std::vector<std::shared_ptr<Convolution>> densify_, up_;
  std::vector<std::shared_ptr<ConvBlock>> blocks_;
  std::shared_ptr<Convolution> head_;
};

}  // namespace warmstart
