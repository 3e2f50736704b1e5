// Runs a model over a data set and measures it: used for validation, final measures and `warmstart
// predict`.
#pragma once
#include <map>

#include "core/data/dataset.h"
#include "core/metrics/metric.h"
#include "core/models/model.h"
#include "core/recipe/recipe.h"

namespace warmstart {

struct Measured {
  std::map<std::string, double>
      values;  ///< "dice", "dice.anterior": means over cases, undefined left out
  std::map<std::string, std::int64_t>
      undefined;  ///< how many case values were undefined, per metric
  std::vector<CaseValue> cases;
  Json to_json() const;  ///< {"metrics":..., "undefined":..., "cases": [...]}; NaN = null
};

/// Outputs for one sample, without batch axis, on the CPU. Without an inference component the model
/// runs on the whole sample as a batch of one.
Batch infer_sample(Model& model, const Sample& sample, const Inference* inference,
                   at::Device device);

/// The metric's mean is over cases of the mean over its parts; a case all of whose parts are
/// undefined is left out.
Measured evaluate(Model& model, const Source& source, const MeasureSpec& measure,
                  at::Device device);

}  // namespace warmstart
