#include "plugins/satellite/components/attention_layers.h"

#include <ATen/ATen.h>

#include <cmath>

#include "core/base/error.h"
#include "core/layers/tap.h"
#include "core/models/image_check.h"

namespace warmstart::satellite {
namespace {

std::int64_t reduced(const char* layer, std::int64_t channels, std::int64_t reduction) {
  if (channels / reduction > 0) return channels / reduction;
  throw Error(std::string(layer) + " r=" + std::to_string(reduction) +
                  " needs C >= " + std::to_string(reduction) + ", got " + std::to_string(channels),
              "model", "use a smaller reduction or more channels");
}

std::shared_ptr<Convolution> plane_convolution(std::int64_t in, std::int64_t out,
                                               std::int64_t kernel, bool bias) {
  return std::make_shared<Convolution>(
      ConvolutionOptions{.dims = 2, .in = in, .out = out, .kernel = kernel, .bias = bias});
}

torch::nn::Linear no_bias(std::int64_t in, std::int64_t out) {
  return torch::nn::Linear(torch::nn::LinearOptions(in, out).bias(false));
}

}  // namespace

SqueezeExcitation::SqueezeExcitation(std::int64_t channels, std::int64_t reduction) {
  const std::int64_t middle = reduced("squeeze_excitation", channels, reduction);
  down_ = register_module("down", no_bias(channels, middle));
  up_ = register_module("up", no_bias(middle, channels));
}

at::Tensor SqueezeExcitation::forward(const at::Tensor& x_BCHW) {
  const at::Tensor weights_BC =
      at::sigmoid(up_->forward(at::relu(down_->forward(x_BCHW.mean({2, 3})))));
  tap("gate.channels", weights_BC);
  return x_BCHW * weights_BC.unsqueeze(2).unsqueeze(3);
}

CoordinateAttention::CoordinateAttention(std::int64_t channels, std::int64_t reduction) {
  const std::int64_t middle = reduced("coordinate_attention", channels, reduction);
  shared_ = register_module("shared", plane_convolution(channels, middle, 1, false));
  norm_ = register_module("norm", std::make_shared<Normalisation>("batch", middle));
  rows_ = register_module("rows", plane_convolution(middle, channels, 1, true));
  columns_ = register_module("columns", plane_convolution(middle, channels, 1, true));
}

at::Tensor CoordinateAttention::forward(const at::Tensor& x_BCHW) {
  const std::int64_t height = x_BCHW.size(2), width = x_BCHW.size(3);
  const at::Tensor along_rows = x_BCHW.mean(3, true),        // (B,C,H,1)
      along_columns = x_BCHW.mean(2, true).transpose(2, 3);  // (B,C,W,1)
  const at::Tensor y =
      at::relu(norm_->forward(shared_->forward(at::cat({along_rows, along_columns}, 2))));
  const at::Tensor a_h = at::sigmoid(rows_->forward(y.narrow(2, 0, height)));
  const at::Tensor a_w = at::sigmoid(columns_->forward(y.narrow(2, height, width))).transpose(2, 3);
  if (tapping()) tap("gate.places", (a_h * a_w).mean(1));
  return x_BCHW * a_h * a_w;
}

Cbam::Cbam(std::int64_t channels, std::int64_t reduction, std::int64_t kernel) {
  const std::int64_t middle = reduced("cbam", channels, reduction);
  down_ = register_module("down", no_bias(channels, middle));
  up_ = register_module("up", no_bias(middle, channels));
  place_ = register_module("place", plane_convolution(2, 1, kernel, false));
}

at::Tensor Cbam::forward(const at::Tensor& x_BCHW) {
  const auto network = [&](const at::Tensor& pooled_BC) {
    return up_->forward(at::relu(down_->forward(pooled_BC)));
  };
  const at::Tensor weights_BC =
      at::sigmoid(network(x_BCHW.mean({2, 3})) + network(x_BCHW.amax({2, 3})));
  const at::Tensor y = x_BCHW * weights_BC.unsqueeze(2).unsqueeze(3);
  const at::Tensor weights_B1HW =
      at::sigmoid(place_->forward(at::cat({y.mean(1, true), y.amax(1, true)}, 1)));
  tap("gate.channels", weights_BC);
  if (tapping()) tap("gate.places", weights_B1HW.squeeze(1));
  return y * weights_B1HW;
}

GatedFusion::GatedFusion(std::int64_t channels, std::int64_t coordinate_reduction,
                         std::int64_t squeeze_reduction, double start) {
  coordinate_ = register_module(
      "coordinate", std::make_shared<CoordinateAttention>(channels, coordinate_reduction));
  squeeze_ =
      register_module("squeeze", std::make_shared<SqueezeExcitation>(channels, squeeze_reduction));
  alpha_ =
      register_parameter("alpha", at::scalar_tensor(std::log(start / (1 - start)), at::kFloat));
}

at::Tensor GatedFusion::share() const { return at::sigmoid(alpha_); }

at::Tensor GatedFusion::forward(const at::Tensor& x_BCHW) {
  const at::Tensor s = share();
  return s * coordinate_->forward(x_BCHW) + (1 - s) * squeeze_->forward(x_BCHW);
}

at::Tensor drop_block(const at::Tensor& x_BCHW, double p, std::int64_t block,
                      const std::string& where) {
  if (x_BCHW.size(2) < block || x_BCHW.size(3) < block)
    throw Error("DropBlock of " + std::to_string(block) + " is larger than the map of " +
                    sizes_text(x_BCHW.sizes().slice(2)),
                where, "use a smaller drop_block, larger images, or fewer stages");
  const double seed_share = p / static_cast<double>(block * block);
  const at::Tensor seeds =
      at::rand({x_BCHW.size(0), 1, x_BCHW.size(2), x_BCHW.size(3)}, x_BCHW.options())
          .lt(seed_share)
          .to(x_BCHW.scalar_type());
  const std::int64_t half = block / 2;
  const at::Tensor kept = 1 - at::max_pool2d(seeds, {block, block}, {1, 1}, {half, half});
  return x_BCHW * kept * (static_cast<double>(kept.numel()) / kept.sum().clamp_min(1));
}

}  // namespace warmstart::satellite
