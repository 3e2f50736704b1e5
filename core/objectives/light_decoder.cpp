#include "core/objectives/light_decoder.h"

#include <ATen/ATen.h>
#include <torch/nn/init.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "core/objectives/cubes.h"

namespace warmstart {
namespace {

constexpr std::int64_t kNarrowestDecoder = 8;
constexpr double kEmbeddingDeviation = 0.02;

}  // namespace

LightDecoder::LightDecoder(const Backbone& backbone, std::int64_t width, bool mask_embeddings) {
  const std::vector<std::int64_t> channels = backbone.channels();
  const std::int64_t dims = backbone.dims();
  for (std::size_t level = 0; level < channels.size(); ++level) {
    const auto name = std::to_string(level);
    strides_.push_back(backbone.axis_strides(level));
    const auto width_at = [&](std::size_t l) {
      return std::max<std::int64_t>(kNarrowestDecoder, width >> (channels.size() - 1 - l));
    };
    if (mask_embeddings) {
      std::vector<std::int64_t> shape(static_cast<std::size_t>(dims) + 2, 1);
      shape[1] = channels[level];
      embeddings_.push_back(register_parameter("mask_embedding" + name, at::empty(shape)));
    }
    densify_.push_back(register_module(
        "densify" + name,
        std::make_shared<Convolution>(ConvolutionOptions{
            .dims = dims, .in = channels[level], .out = width_at(level), .kernel = 1})));
    if (level + 1 == channels.size()) continue;
    up_.push_back(register_module(
        "up" + name,
        std::make_shared<Convolution>(ConvolutionOptions{
            .dims = dims, .in = width_at(level + 1), .out = width_at(level), .kernel = 1})));
    blocks_.push_back(register_module(
        "block" + name, std::make_shared<ConvBlock>(ConvBlockOptions{
                            .dims = dims, .in = width_at(level), .out = width_at(level)})));
  }
  const std::int64_t voxels =
      std::accumulate(strides_[0].begin(), strides_[0].end(), std::int64_t{1}, std::multiplies<>());
  head_ =
      register_module("head", std::make_shared<Convolution>(ConvolutionOptions{
                                  .dims = dims,
                                  .in = std::max(kNarrowestDecoder, width >> (channels.size() - 1)),
                                  .out = backbone.in_channels() * voxels,
                                  .kernel = 1}));
  reset_parameters();
}

void LightDecoder::reset_parameters() {
  for (const at::Tensor& embedding : embeddings_)
    torch::nn::init::normal_(embedding, 0.0, kEmbeddingDeviation);
}

std::vector<std::int64_t> LightDecoder::factor(std::size_t coarse, std::size_t fine) const {
  std::vector<std::int64_t> factor = strides_[coarse];
  for (std::size_t axis = 0; axis < factor.size(); ++axis) factor[axis] /= strides_[fine][axis];
  return factor;
}

at::Tensor LightDecoder::densify(const at::Tensor& map, const at::Tensor& active,
                                 std::size_t level) {
  if (!active.defined() || embeddings_.empty()) return densify_[level]->forward(map);
  const at::Tensor visible = upsample_nearest(active, factor(strides_.size() - 1, level));
  return densify_[level]->forward(map * visible + embeddings_[level] * (1.0 - visible));
}

at::Tensor LightDecoder::forward(const std::vector<at::Tensor>& features,
                                 const at::Tensor& active) {
  at::Tensor y = densify(features.back(), active, features.size() - 1);
  for (std::size_t level = features.size() - 1; level-- > 0;) {
    y = upsample_nearest(up_[level]->forward(y), factor(level + 1, level));
    y = blocks_[level]->forward(y + densify(features[level], active, level));
  }
  y = head_->forward(y);
  const std::vector<std::int64_t>& edge = strides_[0];
  if (std::all_of(edge.begin(), edge.end(), [](std::int64_t stride) { return stride == 1; }))
    return y;
  // The finest level is coarser than the image: each site predicts its own cube of voxels.
  const std::vector<std::int64_t> grid(y.sizes().begin() + 2, y.sizes().end());
  return from_cubes(y.flatten(2).transpose(1, 2), grid, edge);
}

}  // namespace warmstart
