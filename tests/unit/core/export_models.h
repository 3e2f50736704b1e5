// Small networks and a model made from a function, shared by the export tests.
#pragma once
#include <torch/nn.h>

#include <cmath>
#include <functional>
#include <memory>
#include <utility>

#include "core/models/model.h"

namespace warmstart::test {

namespace nn = torch::nn;
namespace F = torch::nn::functional;

/// forward is whatever the test says.
class FunctionModel final : public Model {
 public:
  using Function = std::function<at::Tensor(const at::Tensor&)>;
  explicit FunctionModel(Function function) : function_(std::move(function)) {}
  at::Tensor forward(const at::Tensor& x) override { return function_(x); }

 private:
  Function function_;
};

/// Samples that have the model's input alone.
inline Batch watched(const Model& model, const at::Tensor& input) {
  Batch batch;
  batch.set(model.input(), input);
  return batch;
}

/// Two levels of a 3-D segmentation network: (B,1,8,8,8) -> (B,3,8,8,8).
class VolumeNet final : public Model {
 public:
  VolumeNet() {
    fine_ = register_module(
        "fine", nn::Sequential(nn::Conv3d(nn::Conv3dOptions(1, 4, 3).padding(1)),
                               nn::InstanceNorm3d(nn::InstanceNorm3dOptions(4).affine(true)),
                               nn::LeakyReLU(nn::LeakyReLUOptions().inplace(true))));
    coarse_ = register_module(
        "coarse", nn::Sequential(nn::Conv3d(nn::Conv3dOptions(4, 6, 3).stride(2).padding(1)),
                                 nn::InstanceNorm3d(6), nn::LeakyReLU()));
    up_ = register_module("up", nn::ConvTranspose3d(nn::ConvTranspose3dOptions(6, 4, 2).stride(2)));
    head_ = register_module("head", nn::Conv3d(14, 3, 1));
  }
  at::Tensor forward(const at::Tensor& x) override {
    const at::Tensor fine = fine_->forward(x), coarse = coarse_->forward(fine);
    const auto grown = [&](auto mode) {
      return F::interpolate(
          coarse, F::InterpolateFuncOptions().size(std::vector<std::int64_t>{8, 8, 8}).mode(mode));
    };
    const at::Tensor smooth = F::interpolate(coarse, F::InterpolateFuncOptions()
                                                         .size(std::vector<std::int64_t>{8, 8, 8})
                                                         .mode(torch::kTrilinear)
                                                         .align_corners(false));
    return head_->forward(
        at::cat({fine, up_->forward(coarse), smooth + grown(torch::kNearest)}, 1));
  }

 private:
  nn::Sequential fine_{nullptr}, coarse_{nullptr};
  nn::ConvTranspose3d up_{nullptr};
  nn::Conv3d head_{nullptr};
};

/// A classifier: (B,3,16,16) -> (B,5).
class ImageNet final : public Model {
 public:
  ImageNet() {
    stem_ = register_module(
        "stem", nn::Sequential(nn::Conv2d(nn::Conv2dOptions(3, 8, 3).padding(1).bias(false)),
                               nn::BatchNorm2d(8), nn::ReLU(nn::ReLUOptions().inplace(true)),
                               nn::MaxPool2d(nn::MaxPool2dOptions(3).stride(2).padding(1))));
    block_ = register_module(
        "block",
        nn::Sequential(nn::Conv2d(nn::Conv2dOptions(8, 8, 3).groups(4).dilation(2).padding(2)),
                       nn::GroupNorm(nn::GroupNormOptions(2, 8)), nn::SiLU(), nn::AvgPool2d(2)));
    head_ = register_module("head", nn::Linear(8, 5));
  }
  at::Tensor forward(const at::Tensor& x) override {
    at::Tensor y = stem_->forward(x);
    y = block_->forward(y) + at::avg_pool2d(y, 2);
    return head_->forward(at::adaptive_avg_pool2d(y, {1, 1}).flatten(1));
  }

 private:
  nn::Sequential stem_{nullptr}, block_{nullptr};
  nn::Linear head_{nullptr};
};

/// A transformer on patches with a class token, written with free batch: (B,1,16,16) -> (B,4).
class PatchTransformer final : public Model {
 public:
  static constexpr std::int64_t kWidth = 16, kHeads = 2, kTokens = 17;
  PatchTransformer() {
    patch_ = register_module("patch", nn::Conv2d(nn::Conv2dOptions(1, kWidth, 4).stride(4)));
    class_token_ = register_parameter("class_token", torch::randn({1, 1, kWidth}));
    position_ = register_parameter("position", torch::randn({1, kTokens, kWidth}) * 0.1);
    norm1_ = register_module("norm1", nn::LayerNorm(nn::LayerNormOptions({kWidth})));
    qkv_ = register_module("qkv", nn::Linear(kWidth, 3 * kWidth));
    out_ = register_module("out", nn::Linear(kWidth, kWidth));
    norm2_ = register_module("norm2", nn::LayerNorm(nn::LayerNormOptions({kWidth})));
    grow_ = register_module("grow", nn::Linear(kWidth, 2 * kWidth));
    shrink_ = register_module("shrink", nn::Linear(2 * kWidth, kWidth));
    head_ = register_module("head", nn::Linear(kWidth, 4));
  }
  at::Tensor forward(const at::Tensor& x) override {
    at::Tensor tokens = patch_->forward(x).flatten(2).transpose(1, 2);
    const at::Tensor first = class_token_ + at::zeros_like(tokens.slice(1, 0, 1));
    tokens = at::cat({first, tokens}, 1) + position_;
    tokens = tokens + attend(norm1_->forward(tokens));
    tokens = tokens + shrink_->forward(F::gelu(grow_->forward(norm2_->forward(tokens))));
    return head_->forward(tokens.select(1, 0));
  }

 private:
  at::Tensor attend(const at::Tensor& x) {
    const auto parts = qkv_->forward(x)
                           .reshape({-1, kTokens, 3, kHeads, kWidth / kHeads})
                           .permute({2, 0, 3, 1, 4})
                           .unbind(0);
    const at::Tensor weights =
        at::softmax(at::matmul(parts[0], parts[1].transpose(-2, -1)) * (1 / std::sqrt(8.0)), -1);
    return out_->forward(
        at::matmul(weights, parts[2]).transpose(1, 2).reshape({-1, kTokens, kWidth}));
  }

  nn::Conv2d patch_{nullptr};
  at::Tensor class_token_, position_;
  nn::LayerNorm norm1_{nullptr}, norm2_{nullptr};
  nn::Linear qkv_{nullptr}, out_{nullptr}, grow_{nullptr}, shrink_{nullptr}, head_{nullptr};
};

/// Weights, and running statistics that are not those of a fresh layer.
inline void randomise(Model& model, std::uint64_t seed) {
  const at::NoGradGuard no_gradients;
  torch::manual_seed(seed);
  for (auto& parameter : model.parameters()) parameter.normal_(0, 0.3);
  for (auto& buffer : model.buffers()) {
    if (buffer.is_floating_point()) buffer.uniform_(0.5, 1.5);
  }
}

}  // namespace warmstart::test
