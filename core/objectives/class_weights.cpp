#include "core/objectives/class_weights.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/base/error.h"

namespace warmstart {

void ClassWeights::describe(Fields& fields) {
  fields
      .field("class_weights", values,
             "what a sample of each class counts in the mean of the cross-entropy, in the order of "
             "the classes; empty: all 1")
      .at_least(0);
}

void ClassWeights::check(const std::string& objective) const {
  const bool weighs = std::any_of(values.begin(), values.end(), [](double w) { return w > 0; });
  if (values.empty() || weighs) return;
  throw Error("every class weight is zero", "objective " + objective + ", class_weights",
              "give at least one class a weight, or leave class_weights out");
}

at::Tensor ClassWeights::of(const at::Tensor& logits, const std::string& objective) const {
  if (values.empty()) return {};
  if (static_cast<std::int64_t>(values.size()) != logits.size(1)) {
    throw Error("class_weights has " + std::to_string(values.size()) +
                    " numbers, the model tells " + std::to_string(logits.size(1)) +
                    " classes apart",
                "objective " + objective + ", class_weights", "give one number a class");
  }
  return at::tensor(values, at::kDouble).to(logits.device(), logits.scalar_type());
}

at::Tensor weighted_mean(const at::Tensor& sum, const at::Tensor& weight) {
  return sum * at::where(weight > 0, weight.reciprocal(), at::zeros_like(weight));
}

}  // namespace warmstart
