#include "plugins/satellite/components/map_blender.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace warmstart::satellite {
namespace {

/// exp(-(i - centre)^2 / (2 (n/8)^2)) along both axes, never so small that it vanishes.
at::Tensor tile_weights(std::int64_t height, std::int64_t width) {
  const auto line = [](std::int64_t n) {
    const auto length = static_cast<double>(n);
    return (at::arange(n, at::kFloat) - (length - 1) / 2)
        .div(length / 8)
        .square()
        .mul(-0.5)
        .exp()
        .clamp_min(1e-4);
  };
  return line(height).unsqueeze(1) * line(width);
}

}  // namespace

MapBlender::MapBlender(std::int64_t width, std::int64_t height, Rows rows)
    : width_(width), height_(height), rows_(std::move(rows)) {}

void MapBlender::add(const Window& window, const at::Tensor& values_KHW,
                     const at::Tensor& has_data_HW) {
  if (!sum_KHW_.defined()) {
    sum_KHW_ = at::zeros({values_KHW.size(0), window.height, width_}, at::kFloat);
    weight_HW_ = at::zeros({window.height, width_}, at::kFloat);
    has_data_HW_ = at::zeros({window.height, width_}, at::kBool);
  }
  if (window.row > first_row_) hand_out(window.row - first_row_);
  const at::Tensor weights = tile_weights(window.height, window.width);
  sum_KHW_.narrow(2, window.column, window.width).addcmul_(values_KHW, weights);
  weight_HW_.narrow(1, window.column, window.width).add_(weights);
  has_data_HW_.narrow(1, window.column, window.width).logical_or_(has_data_HW);
}

void MapBlender::hand_out(std::int64_t rows) {
  const std::int64_t kept = sum_KHW_.size(1) - rows;
  rows_(first_row_, sum_KHW_.narrow(1, 0, rows) / weight_HW_.narrow(0, 0, rows),
        has_data_HW_.narrow(0, 0, rows));
  const auto move_up = [&](at::Tensor& strip, std::int64_t axis) {
    const at::Tensor rest = strip.narrow(axis, rows, kept).clone();
    strip.zero_();
    strip.narrow(axis, 0, kept).copy_(rest);
  };
  move_up(sum_KHW_, 1), move_up(weight_HW_, 0), move_up(has_data_HW_, 0);
  first_row_ += rows;
}

void MapBlender::finish() {
  if (sum_KHW_.defined() && first_row_ < height_) hand_out(height_ - first_row_);
}

}  // namespace warmstart::satellite
