#include "core/train/evaluate.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <set>

#include "core/claim/statistics.h"
#include "core/models/evaluation_scope.h"

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
  return {{"metrics", metrics}, {"undefined", counts}, {"cases", rows}};
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

Measured evaluate(Model& model, const Source& source, const MeasureSpec& measure,
                  at::Device device) {
  std::vector<std::shared_ptr<Metric>> metrics;
  const Json facts = source.dataset().facts();
  for (const ComponentSpec& spec : measure.metrics) {
    metrics.push_back(create<Metric>(spec));
    metrics.back()->begin(facts);
  }
  const std::shared_ptr<Inference> inference =
      measure.inference ? create<Inference>(*measure.inference) : nullptr;
  Measured measured;
  for (std::int64_t i = 0; i < source.size(); ++i) {
    const Sample sample = source.draw(i, 0);
    const Batch outputs = infer_sample(model, sample, inference.get(), device);
    for (const auto& metric : metrics) {
      for (CaseValue& value : metric->evaluate(sample.id, outputs, sample.fields)) {
        measured.cases.push_back(std::move(value));
      }
    }
  }
  summarise_cases(measured, measure.per_class);
  return measured;
}

}  // namespace warmstart
