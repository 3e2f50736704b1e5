// Runs a model over a data set and measures it: used for validation, final measures and `warmstart
// predict`.
#pragma once
#include <map>
#include <optional>

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
  Json metric_info = Json::array();  ///< [{name, unit, higher_is_better, parts}], as the recipe's
  Json summaries = Json::object();   ///< {metric: {kind, ...}} of those that give one
  /// {"metrics", "undefined", "cases": [{sample, metric, part, value}], "metric_info",
  /// "summaries"}; NaN = null
  Json to_json() const;
};

/// Outputs for one sample, without batch axis, on the CPU. Without an inference component the model
/// runs on the whole sample as a batch of one.
Batch infer_sample(Model& model, const Sample& sample, const Inference* inference,
                   at::Device device);

/// A user's files as a trained model is to see them (`warmstart predict`).
struct PredictionInput {
  std::shared_ptr<Dataset> files;
  std::shared_ptr<Source> source;  ///< of `files`, with the transforms that are not random
};
struct PredictionRequest {
  std::vector<std::string> paths;
  std::optional<std::int64_t> tile;  ///< not given: see below
  bool confidence = false;
};
/// `trained`: what the model was measured on, or trained. A data set that makes maps reads tiles as
/// large as the request says, else the recipe; else, where transforms bring images to another size,
/// as large as the data's own images; else as the model takes them, or of 256 pixels. Errors: tiles
/// or confidence asked of another data set; transforms that bring images that are not square to
/// another size, which no tile is like.
PredictionInput prediction_input(const Source& trained, const Model& model,
                                 const PredictionRequest& request);

/// A measure while it goes over its samples.
class Evaluation {
 public:
  Evaluation(Model& model, const Source& source, const MeasureSpec& measure, at::Device device);
  void add(std::int64_t index);  ///< runs the model on one sample and measures it
  /// The metric's mean is over cases of the mean over its parts; a case all of whose parts are
  /// undefined is left out. `history`: of the run where it is over, for metrics of the whole run.
  Measured result(const RunHistory* history = nullptr) const;

 private:
  Model& model_;
  const Source& source_;
  const MeasureSpec& measure_;
  at::Device device_;
  std::vector<std::shared_ptr<Metric>> metrics_;
  std::shared_ptr<Inference> inference_;
  std::vector<CaseValue> cases_;
};

/// All samples of `source`.
Measured evaluate(Model& model, const Source& source, const MeasureSpec& measure, at::Device device,
                  const RunHistory* history = nullptr);

}  // namespace warmstart
