// Exponential moving average of weights (Polyak averaging): evaluated and exported in place of the
// last weights.
#pragma once
#include "core/data/tensor_arrays.h"
#include "core/models/model.h"

namespace warmstart {

class WeightAverage {
 public:
  /// decay 0 = off.
  WeightAverage(Model& model, double decay);
  bool on() const { return decay_ > 0; }
  /// average := decay * average + (1 - decay) * weights. Buffers are copied.
  void update();
  NamedTensors state() const { return shadow_; }
  void restore(const NamedTensors& saved);
  /// Exchanges the model's weights with the averages; calling it twice restores them.
  void swap();

 private:
  NamedTensors live_, shadow_;
  double decay_;
};

/// Swaps averaged weights in while alive.
class AveragedWeights {
 public:
  explicit AveragedWeights(WeightAverage& average) : average_(average) { average_.swap(); }
  ~AveragedWeights() { average_.swap(); }
  AveragedWeights(const AveragedWeights&) = delete;
  AveragedWeights& operator=(const AveragedWeights&) = delete;

 private:
  WeightAverage& average_;
};

}  // namespace warmstart
