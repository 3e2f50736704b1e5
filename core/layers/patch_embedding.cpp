#include "core/layers/patch_embedding.h"

#include <ATen/ATen.h>

#include <cmath>

namespace warmstart {

PatchEmbedding::PatchEmbedding(std::int64_t dims, std::int64_t in_channels, std::int64_t patch,
                               std::int64_t width) {
  const std::vector<std::int64_t> stride(static_cast<std::size_t>(dims), patch);
  project_ =
      register_module("project", std::make_shared<Convolution>(ConvolutionOptions{.dims = dims,
                                                                                  .in = in_channels,
                                                                                  .out = width,
                                                                                  .kernel = patch,
                                                                                  .stride = stride,
                                                                                  .padding = 0}));
}

at::Tensor PatchEmbedding::forward(const at::Tensor& x) {
  return project_->forward(x).flatten(2).transpose(1, 2);
}

at::Tensor sincos_positions(const std::vector<std::int64_t>& grid, std::int64_t width) {
  const auto axes = static_cast<std::int64_t>(grid.size());
  const std::int64_t half = width / (2 * axes);
  const at::Tensor frequency =
      at::pow(10000.0, -at::arange(half, at::kDouble) /
                           static_cast<double>(std::max<std::int64_t>(1, half)));
  std::vector<at::Tensor> parts;
  for (std::int64_t axis = 0; axis < axes; ++axis) {
    std::vector<std::int64_t> shape(static_cast<std::size_t>(axes), 1);
    shape[static_cast<std::size_t>(axis)] = -1;
    const at::Tensor place =
        at::arange(grid[static_cast<std::size_t>(axis)], at::kDouble).view(shape).expand(grid);
    const at::Tensor angle = place.reshape({-1, 1}) * frequency;
    parts.push_back(at::sin(angle));
    parts.push_back(at::cos(angle));
  }
  const at::Tensor positions = at::cat(parts, 1);
  return at::constant_pad_nd(positions, {0, width - positions.size(1)}).to(at::kFloat);
}

}  // namespace warmstart
