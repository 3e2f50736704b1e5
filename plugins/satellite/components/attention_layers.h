// Attention over channels and places for convolutional networks, and the regularisation that goes
// with it: the blocks of seed card 16.
#pragma once
#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>

#include <memory>

#include "core/layers/convolution.h"
#include "core/layers/normalisation.h"

namespace warmstart::satellite {

/// x * sigmoid(W2 relu(W1 mean(x))), no biases (Hu et al. 2018). Error when channels / reduction
/// is 0. Tap "gate.channels" (B,C).
class SqueezeExcitation final : public torch::nn::Module {
 public:
  SqueezeExcitation(std::int64_t channels, std::int64_t reduction);
  at::Tensor forward(const at::Tensor& x_BCHW);

 private:
  torch::nn::Linear down_{nullptr}, up_{nullptr};
};

/// x * a_h * a_w, with a_h (B,C,H,1) and a_w (B,C,1,W) from means along the other axis (Hou et al.
/// 2021); no bias before the normalisation. Tap "gate.places" (B,H,W): a_h a_w, mean over channels.
class CoordinateAttention final : public torch::nn::Module {
 public:
  CoordinateAttention(std::int64_t channels, std::int64_t reduction);
  at::Tensor forward(const at::Tensor& x_BCHW);

 private:
  std::shared_ptr<Convolution> shared_, rows_, columns_;
  std::shared_ptr<Normalisation> norm_;
};

/// Channel attention from mean and maximum through one small network, then spatial attention by a
/// convolution of the channels' mean and maximum (Woo et al. 2018). Taps "gate.channels" (B,C) and
/// "gate.places" (B,H,W).
class Cbam final : public torch::nn::Module {
 public:
  Cbam(std::int64_t channels, std::int64_t reduction, std::int64_t kernel);
  at::Tensor forward(const at::Tensor& x_BCHW);

 private:
  torch::nn::Linear down_{nullptr}, up_{nullptr};
  std::shared_ptr<Convolution> place_;
};

/// s * coordinate + (1 - s) * squeeze, s = sigmoid(alpha) learned (seed card 16).
class GatedFusion final : public torch::nn::Module {
 public:
  /// `start`: s before training.
  GatedFusion(std::int64_t channels, std::int64_t coordinate_reduction,
              std::int64_t squeeze_reduction, double start);
  at::Tensor forward(const at::Tensor& x_BCHW);
  at::Tensor share() const;  ///< s, scalar

 private:
  std::shared_ptr<CoordinateAttention> coordinate_;
  std::shared_ptr<SqueezeExcitation> squeeze_;
  at::Tensor alpha_;
};

/// Drops squares of `block` x `block`, the same in all channels, while training: seeds with
/// probability p / block^2 grow by max-pooling, what is left is scaled up (Ghiasi et al. 2018 as in
/// seed card 16). Error naming `where` for a map smaller than the block.
at::Tensor drop_block(const at::Tensor& x_BCHW, double p, std::int64_t block,
                      const std::string& where);

}  // namespace warmstart::satellite
