// Weights of classes in a cross-entropy, so that a rare or a confused class counts more (seed card
// 16). Objectives that tell classes apart put this beside their own settings.
#pragma once
#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "core/catalog/fields.h"

namespace warmstart {

struct ClassWeights {
  std::vector<double> values;  ///< one a class; empty: all 1

  void describe(Fields& fields);
  /// Error naming `objective` when every weight is zero.
  void check(const std::string& objective) const;
  /// Weights (K) of the type and on the device of `logits` (B,K,...); undefined when none are set.
  /// Error naming `objective`: another number of weights than classes.
  at::Tensor of(const at::Tensor& logits, const std::string& objective) const;
};

/// `sum` / `weight`, scalars; 0 where `weight` is 0: a batch whose classes all weigh nothing
/// teaches nothing. `weight` has no gradient.
at::Tensor weighted_mean(const at::Tensor& sum, const at::Tensor& weight);

}  // namespace warmstart
