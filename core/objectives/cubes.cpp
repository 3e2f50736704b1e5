#include "core/objectives/cubes.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/layers/convolution.h"
#include "core/models/image_check.h"

namespace warmstart {
namespace {

constexpr double kDeviationFloor = 1e-6;  // seed card 01

/// Axis order that takes (B,C,g0,e0,g1,e1,..) to (B,g0,g1,..,C,e0,e1,..).
std::vector<std::int64_t> cube_order(std::int64_t dims) {
  std::vector<std::int64_t> order{0};
  for (std::int64_t axis = 0; axis < dims; ++axis) order.push_back(2 + 2 * axis);
  order.push_back(1);
  for (std::int64_t axis = 0; axis < dims; ++axis) order.push_back(3 + 2 * axis);
  return order;
}

}  // namespace

std::vector<std::int64_t> cube_grid(const at::Tensor& image, const std::vector<std::int64_t>& edge,
                                    const std::string& objective) {
  check_divisible(image, edge, "input of " + objective);
  std::vector<std::int64_t> grid;
  for (std::size_t axis = 0; axis < edge.size(); ++axis) {
    grid.push_back(image.size(static_cast<std::int64_t>(axis) + 2) / edge[axis]);
  }
  return grid;
}

at::Tensor to_cubes(const at::Tensor& image, const std::vector<std::int64_t>& edge) {
  std::vector<std::int64_t> split{image.size(0), image.size(1)};
  std::int64_t cubes = 1;
  for (std::size_t axis = 0; axis < edge.size(); ++axis) {
    const std::int64_t count = image.size(static_cast<std::int64_t>(axis) + 2) / edge[axis];
    split.insert(split.end(), {count, edge[axis]});
    cubes *= count;
  }
  return image.reshape(split)
      .permute(cube_order(static_cast<std::int64_t>(edge.size())))
      .reshape({image.size(0), cubes, -1});
}

at::Tensor from_cubes(const at::Tensor& cubes, const std::vector<std::int64_t>& grid,
                      const std::vector<std::int64_t>& edge) {
  const auto dims = static_cast<std::int64_t>(grid.size());
  std::vector<std::int64_t> shape{cubes.size(0)};
  shape.insert(shape.end(), grid.begin(), grid.end());
  shape.push_back(-1);
  shape.insert(shape.end(), edge.begin(), edge.end());
  std::vector<std::int64_t> order{0, dims + 1};  // (B,C,g0,e0,g1,e1,..)
  std::vector<std::int64_t> whole{cubes.size(0), -1};
  for (std::int64_t axis = 0; axis < dims; ++axis) {
    order.insert(order.end(), {1 + axis, dims + 2 + axis});
    whole.push_back(grid[static_cast<std::size_t>(axis)] * edge[static_cast<std::size_t>(axis)]);
  }
  const std::int64_t voxels =
      std::accumulate(edge.begin(), edge.end(), std::int64_t{1}, std::multiplies<>());
  whole[1] = cubes.size(2) / voxels;
  shape[static_cast<std::size_t>(dims) + 1] = whole[1];
  return cubes.reshape(shape).permute(order).reshape(whole);
}

at::Tensor hide_cubes(std::int64_t batch, const std::vector<std::int64_t>& grid, double ratio,
                      std::uint64_t seed, at::TensorOptions options) {
  const std::int64_t cubes =
      std::accumulate(grid.begin(), grid.end(), std::int64_t{1}, std::multiplies<>());
  if (cubes < 2) {
    throw Error("the image is a single cube, so nothing can be hidden and something left visible",
                "masking", "use larger images or a smaller encoder stride");
  }
  const auto count =
      std::clamp<std::int64_t>(std::llround(ratio * static_cast<double>(cubes)), 1, cubes - 1);
  at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const at::Tensor order =
      at::rand({batch, cubes}, generator, at::kDouble).argsort(std::int64_t{1});
  const at::Tensor hidden = at::zeros({batch, cubes}).scatter_(1, order.slice(1, 0, count), 1.0);
  std::vector<std::int64_t> shape{batch, 1};
  shape.insert(shape.end(), grid.begin(), grid.end());
  return hidden.view(shape).to(options);
}

void check_ratio(double ratio, const std::string& objective) {
  if (ratio > 0 && ratio < 1) return;
  std::string text = std::to_string(ratio);
  text.erase(text.find_last_not_of('0') + 1);
  throw Error("mask ratio " + text + " is not between 0 and 1", "objective " + objective,
              "hide a part, such as ratio: 0.6, and leave the rest visible");
}

Loss reconstruction_loss(const at::Tensor& prediction, const at::Tensor& image,
                         const at::Tensor& hidden, const ReconstructionOptions& options) {
  const at::Tensor truth = to_cubes(image, options.edge);
  const at::Tensor mean = options.normalise ? truth.mean(2, true) : at::zeros({}, truth.options());
  const at::Tensor deviation = options.normalise
                                   ? (truth - mean).square().mean(2, true).sqrt() + kDeviationFloor
                                   : at::ones({}, truth.options());
  const at::Tensor guess = to_cubes(prediction.to(image.scalar_type()), options.edge);
  const at::Tensor error = guess - (truth - mean) / deviation;
  const at::Tensor each = (options.absolute ? error.abs() : error.square()).mean(2);  // (B,N)
  const at::Tensor weight = hidden.flatten(1);
  Loss loss;
  loss.total = options.hidden_only ? (each * weight).sum() / weight.sum() : each.mean();
  loss.terms.emplace_back("reconstruction", loss.total.detach());
  const c10::AutoGradMode no_grad(false);
  const std::vector<std::int64_t> grid(hidden.sizes().begin() + 2, hidden.sizes().end());
  const at::Tensor mask = upsample_nearest(hidden, options.edge);
  loss.outputs.set("mask", mask);
  loss.outputs.set(
      "reconstruction",
      at::where(mask > 0.5, from_cubes(guess.detach() * deviation + mean, grid, options.edge),
                image));
  return loss;
}

Backbone& require_backbone(Model& model, const std::string& objective) {
  auto* backbone = dynamic_cast<Backbone*>(&model);
  if (backbone != nullptr) return *backbone;
  throw Error("the model hands out no feature levels", "objective " + objective,
              "use a backbone such as unet, resnet or vit");
}

}  // namespace warmstart
