// Mean squared error of a predicted map of numbers: densities, heights.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/models/image_check.h"
#include "core/objectives/objective.h"
#include "plugins/satellite/components/known_values.h"

namespace warmstart::satellite {
namespace {

struct DensityRegression final : Objective {
  struct Config {
    void describe(Fields&) {}
  };
  explicit DensityRegression(const Config&) {}
  Loss evaluate(const Batch& batch, Context& context) override {
    const Batch outputs = context.model.run(batch);
    const at::Tensor &values = outputs.get("logits"), &target = batch.get("target");
    if (values.sizes() != target.sizes())
      throw Error("the model gives values of " + sizes_text(values.sizes()) + ", the target has " +
                      sizes_text(target.sizes()),
                  "objective satellite.density_regression", "set model.classes to ${data.targets}");
    Loss loss;
    loss.total = known_squared_error(values, target);
    loss.terms.emplace_back("rmse", loss.total.detach().sqrt());
    loss.outputs.set("logits", values.detach());
    return loss;
  }
};

const Registered<Objective, DensityRegression> density_regression{{
    .name = "density_regression",
    .summary = "mean squared error of a map of densities",
    .needs = {"image", "target"},
    .yields = {"logits"},
    .papers = {15},
}};

}  // namespace
}  // namespace warmstart::satellite
