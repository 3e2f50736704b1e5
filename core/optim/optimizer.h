// Parameter updates. Written on LibTorch's fused list operations; state is plain named tensors, so
// that checkpoints are ours to write and a resume is bit-for-bit.
#pragma once
#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

#include "core/catalog/catalog.h"

namespace warmstart {

class Optimizer {
 public:
  static constexpr const char* kKind = "optimizer";
  virtual ~Optimizer() = default;
  /// Takes the (name, parameter) pairs to train, before the first step.
  virtual void attach(std::vector<std::pair<std::string, at::Tensor>> parameters) = 0;
  /// One update from the parameters' gradients at `scale` times the configured learning rate.
  virtual void step(double scale) = 0;
  virtual double learning_rate() const = 0;  ///< the configured one
  /// Named state tensors (moments, counts), shared with the optimizer: copying into them restores
  /// it.
  virtual std::vector<std::pair<std::string, at::Tensor>> state() = 0;
};

/// The factor on the learning rate at `step` (0-based) of `total`.
class Schedule {
 public:
  static constexpr const char* kKind = "schedule";
  virtual ~Schedule() = default;
  virtual double factor(std::int64_t step, std::int64_t total) const = 0;
};

}  // namespace warmstart
