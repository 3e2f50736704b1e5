// Root of the mean squared error of predicted maps or values.
#include <ATen/ATen.h>

#include <cmath>

#include "core/base/error.h"
#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"
#include "core/models/image_check.h"
#include "plugins/satellite/components/known_values.h"

namespace warmstart::satellite {

/// A value a sample: over all its pixels and channels that have a target (seed card 15); none for a
/// sample without any.
struct Rmse final : Metric {
  struct Config {
    void describe(Fields&) {}
  };
  explicit Rmse(const Config&) {}
  std::vector<CaseValue> evaluate(const std::string& sample, const Batch& outputs,
                                  const Batch& fields) override {
    const at::Tensor &predicted = outputs.get("logits"), &target = fields.get("target");
    if (predicted.sizes() != target.sizes())
      throw Error("the model gives values of " + sizes_text(predicted.sizes()) +
                      ", the target has " + sizes_text(target.sizes()),
                  sample, "set the model's classes to ${data.targets}");
    if (!target.isfinite().any().item<bool>()) return {{"satellite.rmse", "", sample, kUndefined}};
    const double squared =
        known_squared_error(predicted.to(at::kDouble), target.to(at::kDouble)).item<double>();
    return {{"satellite.rmse", "", sample, std::sqrt(squared)}};
  }
  bool higher_is_better() const override { return false; }
};

const Registered<Metric, Rmse> rmse{Card{
    .name = "rmse",
    .summary = "root mean squared error of each sample's values, averaged over samples",
    .needs = {"logits", "target"},
    .yields = {},
    .papers = {15},
}};

}  // namespace warmstart::satellite
