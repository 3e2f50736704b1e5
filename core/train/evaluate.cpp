#include "core/train/evaluate.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <functional>
#include <set>

#include "core/base/error.h"
#include "core/claim/statistics.h"
#include "core/data/map_files.h"
#include "core/models/evaluation_scope.h"
#include "core/models/fixed_input.h"

namespace warmstart {
namespace {

/// Fills `values` and `undefined` from the cases.
void summarise_cases(Measured& measured, bool per_class) {
  std::map<std::string, DefinedMean> parts, totals;
  std::map<std::pair<std::string, std::string>, DefinedMean> samples;  // (metric, sample)
  std::set<std::string> geometric;
  for (const CaseValue& c : measured.cases) {
    const double value = c.geometric ? std::log(c.value) : c.value;
    if (per_class && !c.part.empty()) {
      parts[c.metric + "." + c.part].add(value);
      if (c.geometric) geometric.insert(c.metric + "." + c.part);
    }
    samples[{c.metric, c.sample}].add(value);
    if (c.geometric) geometric.insert(c.metric);
    if (std::isnan(c.value)) ++measured.undefined[c.metric];
  }
  for (const auto& [key, mean] : samples) totals[key.first].add(mean.value());
  totals.merge(parts);
  for (const auto& [name, mean] : totals) {
    measured.values[name] = geometric.count(name) > 0 ? std::exp(mean.value()) : mean.value();
  }
}

/// A metric's parts in the order of their first case; none for a metric of the whole.
std::vector<std::string> parts_of(const std::vector<CaseValue>& cases, const std::string& metric) {
  std::vector<std::string> parts;
  std::set<std::string> seen;
  for (const CaseValue& c : cases) {
    if (c.metric == metric && !c.part.empty() && seen.insert(c.part).second)
      parts.push_back(c.part);
  }
  return parts;
}

Json number_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

}  // namespace

Json Measured::to_json() const {
  Json metrics = Json::object(), counts = Json::object(), rows = Json::array();
  for (const auto& [name, value] : values) metrics[name] = number_or_null(value);
  for (const auto& [name, count] : undefined) counts[name] = count;
  for (const CaseValue& c : cases) {
    rows.push_back({{"sample", c.sample},
                    {"metric", c.metric},
                    {"part", c.part},
                    {"value", number_or_null(c.value)}});
  }
  return {{"metrics", metrics},
          {"undefined", counts},
          {"cases", rows},
          {"metric_info", metric_info},
          {"summaries", summaries}};
}

Batch infer_sample(Model& model, const Sample& sample, const Inference* inference,
                   at::Device device) {
  const c10::AutoGradMode no_grad(false);
  const EvaluationScope evaluation(model);
  if (inference != nullptr) {
    return inference
        ->infer(sample.fields.get("image").to(device),
                [&](const at::Tensor& x) { return model.forward(x); })
        .to(at::kCPU);
  }
  const Batch outputs = model.run(collate({sample}).to(device));
  Batch single;
  for (const auto& [name, tensor] : outputs.fields())
    single.set(name, tensor.select(0, 0).to(at::kCPU));
  return single;
}

namespace {

/// Height and width; 0 x 0 of a sample without an image.
std::pair<std::int64_t, std::int64_t> image_size(const Sample& sample) {
  if (!sample.fields.has("image") || sample.fields.get("image").dim() < 2) return {0, 0};
  return {sample.fields.get("image").size(-2), sample.fields.get("image").size(-1)};
}

/// The data's own images before the transforms, and after those that are not random.
struct ImageSizes {
  std::pair<std::int64_t, std::int64_t> before, after;
  /// Edge of a tile that the transforms change as they change these images.
  std::int64_t like_tile() const {
    if (before.first == before.second) return before.first;
    throw Error("the transforms bring images of " + std::to_string(before.first) + "x" +
                    std::to_string(before.second) + " to one size, which no square tile is like",
                "predict", "say how large the tiles of a map are: --tile, or predict_tile");
  }
};

ImageSizes image_sizes(const Source& trained) {
  const std::shared_ptr<const Dataset> borrowed(std::shared_ptr<void>(), &trained.dataset());
  return {image_size(borrowed->get(0)), image_size(trained.with_dataset(borrowed)->draw(0, 0))};
}

/// Makes a map's input of tiles of a size.
using CutTiles = std::function<PredictionInput(std::int64_t tile)>;

PredictionInput tiles_as_trained(const Source& trained, const Model& model, const CutTiles& cut) {
  const ImageSizes sizes = image_sizes(trained);
  if (sizes.before != sizes.after) return cut(sizes.like_tile());
  const auto* fixed = dynamic_cast<const FixedInput*>(&model);
  const std::int64_t tile = fixed != nullptr ? fixed->input_edge() : kFreeMapTile;
  PredictionInput input = cut(tile);
  const bool kept = image_size(input.source->draw(0, 0)) == std::pair(tile, tile);
  return kept ? input : cut(sizes.like_tile());  // images that had the size already
}

}  // namespace

PredictionInput prediction_input(const Source& trained, const Model& model,
                                 const PredictionRequest& request) {
  const auto of = [&](const std::shared_ptr<Dataset>& files) {
    return PredictionInput{files, trained.with_dataset(files)};
  };
  const auto* maps = dynamic_cast<const MapFiles*>(&trained.dataset());
  if (maps == nullptr) {
    if (request.tile || request.confidence)
      throw Error("the run's data set makes no maps", request.tile ? "--tile" : "--confidence",
                  "leave the option out");
    return of(trained.dataset().for_files(request.paths));
  }
  const CutTiles cut = [&](std::int64_t tile) {
    return of(maps->for_maps(request.paths, {tile, request.confidence}));
  };
  if (request.tile) return cut(*request.tile);
  if (maps->map_tile() > 0) return cut(maps->map_tile());
  return tiles_as_trained(trained, model, cut);
}

Evaluation::Evaluation(Model& model, const Source& source, const MeasureSpec& measure,
                       at::Device device)
    : model_(model), source_(source), measure_(measure), device_(device) {
  const Json facts = source.dataset().facts();
  for (const ComponentSpec& spec : measure.metrics) {
    metrics_.push_back(create<Metric>(spec));
    metrics_.back()->begin(facts);
  }
  if (measure.inference) inference_ = create<Inference>(*measure.inference);
}

void Evaluation::add(std::int64_t index) {
  const Sample sample = source_.draw(index, 0);
  const Batch outputs = infer_sample(model_, sample, inference_.get(), device_);
  for (const auto& metric : metrics_) {
    for (CaseValue& value : metric->evaluate(sample.id, outputs, sample.fields))
      cases_.push_back(std::move(value));
  }
}

Measured Evaluation::result(const RunHistory* history) const {
  Measured measured;
  measured.cases = cases_;
  for (const auto& metric : metrics_) {
    for (CaseValue& value : metric->over_all()) measured.cases.push_back(std::move(value));
  }
  summarise_cases(measured, measure_.per_class);
  for (std::size_t i = 0; i < metrics_.size(); ++i) {
    const std::string& name = measure_.metrics[i].type;
    measured.metric_info.push_back({{"name", name},
                                    {"unit", metrics_[i]->unit()},
                                    {"higher_is_better", metrics_[i]->higher_is_better()},
                                    {"parts", parts_of(measured.cases, name)}});
    if (history != nullptr) {
      for (const auto& [part, value] : metrics_[i]->over_run(*history))
        measured.values[part.empty() ? name : name + "." + part] = value;
    }
    Json summary = metrics_[i]->summary();
    if (!summary.is_null()) measured.summaries[name] = std::move(summary);
  }
  return measured;
}

Measured evaluate(Model& model, const Source& source, const MeasureSpec& measure, at::Device device,
                  const RunHistory* history) {
  Evaluation evaluation(model, source, measure, device);
  for (std::int64_t i = 0; i < source.size(); ++i) evaluation.add(i);
  return evaluation.result(history);
}

}  // namespace warmstart
