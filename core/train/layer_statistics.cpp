#include "core/train/layer_statistics.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <array>
#include <cmath>

namespace warmstart {
namespace {

constexpr std::int64_t kHistogramBins = 32;

struct Moments {
  double low = 0, high = 0, squares = 0;
  std::int64_t zeros = 0;
};

/// One pass in plain loops: for the small tensors of a layer this is far cheaper than five tensor
/// operations.
Moments moments(const float* values, std::int64_t count) {
  Moments m{values[0], values[0], 0, 0};
  for (std::int64_t i = 0; i < count; ++i) {
    const double v = values[i];
    m.low = std::min(m.low, v);
    m.high = std::max(m.high, v);
    m.squares += v * v;
    m.zeros += v == 0.0 ? 1 : 0;
  }
  return m;
}

Json histogram(const float* values, std::int64_t count, const Moments& m) {
  std::array<std::int64_t, kHistogramBins> counts{};
  const double scale = m.high > m.low ? kHistogramBins / (m.high - m.low) : 0.0;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto bin = static_cast<std::int64_t>((values[i] - m.low) * scale);
    ++counts[static_cast<std::size_t>(std::clamp<std::int64_t>(bin, 0, kHistogramBins - 1))];
  }
  return {{"low", m.low}, {"high", m.high}, {"counts", counts}};
}

at::Tensor flat_float(const at::Tensor& tensor) {
  return tensor.detach().to(at::kCPU, at::kFloat).contiguous().view(-1);
}

}  // namespace

LayerStatistics::LayerStatistics(NamedTensors parameters) : parameters_(std::move(parameters)) {}

void LayerStatistics::before_step() {
  const c10::AutoGradMode no_grad(false);
  before_.clear();
  layers_ = Json::array();
  for (const auto& [name, parameter] : parameters_) {
    before_.push_back(flat_float(parameter).clone());
    Json layer{{"name", name}};
    if (parameter.grad().defined() && parameter.numel() > 0) {
      const at::Tensor gradient = flat_float(parameter.grad());
      const Moments m = moments(gradient.data_ptr<float>(), gradient.numel());
      layer["gradient_norm"] = std::sqrt(m.squares);
      layer["gradient_zero_share"] =
          static_cast<double>(m.zeros) / static_cast<double>(gradient.numel());
      if (std::isfinite(m.squares))
        layer["gradient"] = histogram(gradient.data_ptr<float>(), gradient.numel(), m);
    }
    layers_.push_back(std::move(layer));
  }
}

Json LayerStatistics::after_step() {
  const c10::AutoGradMode no_grad(false);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const at::Tensor weight = flat_float(parameters_[i].second);
    if (weight.numel() == 0) continue;
    const Moments m = moments(weight.data_ptr<float>(), weight.numel());
    const double norm = std::sqrt(m.squares);
    layers_[i]["weight_norm"] = norm;
    const double update = (weight - before_[i]).norm().item<double>();
    layers_[i]["update_ratio"] = norm > 0 ? update / norm : 0.0;
    if (std::isfinite(m.squares))
      layers_[i]["weight"] = histogram(weight.data_ptr<float>(), weight.numel(), m);
  }
  before_.clear();
  return {{"layers", std::move(layers_)}};
}

}  // namespace warmstart
