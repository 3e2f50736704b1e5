// Gradient and weight statistics per parameter tensor, for the live plots: norms, update/weight
// ratio, share of zero gradients, and histograms. Taken every `statistics_every` steps only, after
// unscaling and before clipping.
#pragma once
#include "core/base/json.h"
#include "core/data/tensor_arrays.h"

namespace warmstart {

class LayerStatistics {
 public:
  explicit LayerStatistics(NamedTensors parameters);
  /// Call with gradients in place, before the optimizer's step.
  void before_step();
  /// After the step. Returns {"layers": [{name, weight_norm, gradient_norm, update_ratio,
  /// gradient_zero_share, gradient: {low, high, counts}, weight: {low, high, counts}}]}; histograms
  /// have 32 equal bins between low and high.
  Json after_step();

 private:
  NamedTensors parameters_;
  std::vector<at::Tensor> before_;
  Json layers_;
};

}  // namespace warmstart
