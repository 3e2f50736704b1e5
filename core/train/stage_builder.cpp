#include "core/train/stage_builder.h"

#include <ATen/ATen.h>

#include <cmath>

#include "core/base/error.h"
#include "core/export/weights.h"

namespace warmstart {
namespace {

/// Facts as a recipe may use them: ${data.classes}.
std::map<std::string, Json> fact_values(const Json& facts) {
  std::map<std::string, Json> values;
  for (const auto& [name, value] : facts.items()) values["data." + name] = value;
  return values;
}

ComponentSpec with_facts(ComponentSpec spec, const Json& facts, const std::string& where) {
  substitute(spec.settings, fact_values(facts));
  const std::vector<std::string> left = placeholders(spec.settings);
  if (left.empty()) return spec;
  std::string known;
  for (const auto& [name, value] : facts.items())
    known += (known.empty() ? "" : ", ") + std::string("data.") + name;
  throw Error("the data set does not know '${" + left.front() + "}'", where, "it knows: " + known);
}

void merge_settings(Value& into, const Value& overrides) {
  for (const auto& [key, value] : overrides.members) {
    if (key != "type") into.set(key, value);
  }
}

void add_watches(const RunPlan& plan, const StageSpec& stage, Sources& sources, StageParts& parts) {
  for (const CaptureSpec& capture : plan.recipe.capture) {
    const std::string& data = capture.on.empty() ? stage.data : capture.on;
    const Component& inspector = Catalog::instance().get("inspector", capture.inspector.type);
    const Component& objective = Catalog::instance().get("objective", stage.objective.type);
    // An inspector watches the stages whose objective yields what it shows.
    bool fits = true;
    for (const std::string& need : inspector.card.needs) {
      const auto& yields = objective.card.yields;
      fits = fits && std::find(yields.begin(), yields.end(), need) != yields.end();
    }
    if (!fits) continue;
    CaptureSpec watched = capture;
    watched.on = data;
    parts.watches.emplace_back(watched, *sources.get(data), parts.device);
  }
}

}  // namespace

std::shared_ptr<Source> Sources::get(const std::string& name) {
  auto& source = made_[name];
  if (!source) {
    const DataSpec* spec = recipe_.find_data(name);
    if (spec == nullptr)
      throw Error("there is no data entry '" + name + "'", "data", "add it to the recipe");
    source = Source::from_spec(*spec);
  }
  return source;
}

std::shared_ptr<Model> build_model(const Recipe& recipe, const StageSpec& stage, const Json& facts,
                                   std::uint64_t seed, std::int64_t stage_index) {
  ComponentSpec spec = recipe.model;
  if (stage.model.is_map()) merge_settings(spec.settings, stage.model);
  // LibTorch initialises parameters from its global generator: pin it, so that the weights depend
  // on the seed alone.
  at::manual_seed(mix_seed(seed, "init", static_cast<std::uint64_t>(stage_index)));
  return create<Model>(with_facts(spec, facts, "stages." + stage.name + ".model"));
}

std::int64_t stage_steps(const StageSpec& stage, const Source& source) {
  if (stage.steps > 0) return stage.steps;
  const auto per_step = static_cast<double>(stage.trainer.batch_size * stage.trainer.accumulate);
  return std::max<std::int64_t>(
      1, std::llround(stage.epochs * static_cast<double>(source.size()) / per_step));
}

SurgeryReport take_weights(const StageSpec& stage, const StateDict* weights, Model& model) {
  const FittedWeights fitted = weights != nullptr ? fit_names(*weights, model) : FittedWeights{};
  SurgeryReport report;
  report.names = fitted.names;
  report.notes = fitted.notes;
  std::vector<ComponentSpec> surgeries = stage.surgery;
  if (surgeries.empty()) surgeries.push_back({"transfer", Value::map(), {}});
  for (const ComponentSpec& spec : surgeries)
    create<Surgery>(spec)->operate(fitted.tensors, model, report);
  refuse_other_tables(report);
  return report;
}

StageParts build_stage(const RunPlan& plan, const StageSpec& stage, const StagePosition& position,
                       const StateDict* weights, Sources& sources, at::Device device,
                       Recorder& recorder) {
  StageParts parts{.spec = stage};
  parts.index = position.index;
  parts.steps = position.steps;
  parts.first_global_step = position.first_global_step;
  parts.seed = plan.seed;
  parts.device = device;
  parts.source = sources.get(stage.data);
  const Json facts = parts.source->dataset().facts();
  parts.model = build_model(plan.recipe, stage, facts, plan.seed, position.index);
  if (weights != nullptr || !stage.surgery.empty()) {
    const SurgeryReport report = take_weights(stage, weights, *parts.model);
    recorder.event("surgery", {{"stage", stage.name}, {"report", report.to_json()}}, true);
  }
  parts.objective =
      create<Objective>(with_facts(stage.objective, facts, "stages." + stage.name + ".objective"));
  parts.objective->attach(*parts.model, facts);
  parts.model->to(device);
  parts.objective->to(device);
  parts.optimizer = create<Optimizer>(stage.optimizer);
  parts.schedule = create<Schedule>(stage.schedule);
  if (!stage.validation.empty()) {
    for (const MeasureSpec& measure : plan.recipe.measure) {
      if (measure.on == stage.validation) parts.validation_measure = measure;
    }
    if (!parts.validation_measure) {
      throw Error("validation needs metrics", "stages." + stage.name + ".validation",
                  "add a measure entry on '" + stage.validation + "'");
    }
    parts.validation = sources.get(stage.validation);
  }
  add_watches(plan, stage, sources, parts);
  return parts;
}

}  // namespace warmstart
