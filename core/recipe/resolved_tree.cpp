#include "core/recipe/reader.h"

namespace warmstart {
namespace {

Value resolved_text(const std::string& text) { return Value::scalar(text, true); }

Value resolved_component(const ComponentSpec& spec, const std::string& type_key = "type") {
  Value value = Value::map();
  value.set(type_key, resolved_text(spec.type));
  for (const auto& [key, setting] : spec.settings.members) value.set(key, setting);
  return value;
}

Value resolved_components(const std::vector<ComponentSpec>& specs) {
  Value list = Value::list();
  for (const ComponentSpec& spec : specs) list.items.push_back(resolved_component(spec));
  return list;
}

Value resolved_data(const Recipe& recipe) {
  Value map = Value::map();
  for (const DataSpec& data : recipe.data) {
    Value entry = resolved_component(data.dataset, "dataset");
    entry.set("transforms", resolved_components(data.transforms));
    map.set(data.name, std::move(entry));
  }
  return map;
}

Value resolved_trainer(TrainerSettings settings) {
  Fields fields;
  settings.describe(fields);
  return Value::from_json(fields.resolved(Value()));
}

Value resolved_stage(const StageSpec& stage) {
  Value map = Value::map();
  map.set("objective", resolved_component(stage.objective));
  map.set("data", resolved_text(stage.data));
  if (!stage.validation.empty()) map.set("validation", resolved_text(stage.validation));
  map.set("from", resolved_text(stage.from));
  map.set("surgery", resolved_components(stage.surgery));
  const Json budget =
      stage.steps > 0 ? Json{{"steps", stage.steps}} : Json{{"epochs", stage.epochs}};
  map.set("budget", Value::from_json(budget));
  map.set("optimizer", resolved_component(stage.optimizer));
  map.set("schedule", resolved_component(stage.schedule));
  map.set("trainer", resolved_trainer(stage.trainer));
  if (!stage.model.is_null()) map.set("model", stage.model);
  return map;
}

Value resolved_stages(const Recipe& recipe) {
  Value map = Value::map();
  for (const StageSpec& stage : recipe.stages) map.set(stage.name, resolved_stage(stage));
  return map;
}

Value resolved_arms(const Recipe& recipe) {
  Value map = Value::map();
  for (const auto& [name, stages] : recipe.arms) map.set(name, Value::from_json(Json(stages)));
  return map;
}

Value resolved_measures(const Recipe& recipe) {
  Value list = Value::list();
  for (const MeasureSpec& measure : recipe.measure) {
    Value map = Value::map();
    map.set("on", resolved_text(measure.on));
    map.set("metrics", resolved_components(measure.metrics));
    map.set("inference",
            measure.inference ? resolved_component(*measure.inference) : resolved_text("none"));
    map.set("report", resolved_text(measure.per_class ? "per_class" : "mean"));
    if (!measure.after.empty()) map.set("after", resolved_text(measure.after));
    list.items.push_back(std::move(map));
  }
  return list;
}

Value resolved_captures(const Recipe& recipe) {
  Value list = Value::list();
  for (const CaptureSpec& capture : recipe.capture) {
    Value map = resolved_component(capture.inspector, "inspector");
    if (capture.name != capture.inspector.type) map.set("name", resolved_text(capture.name));
    if (!capture.on.empty()) map.set("on", resolved_text(capture.on));
    map.set("every", Value::from_json(Json(capture.every)));
    map.set("samples", Value::from_json(Json(capture.samples)));
    list.items.push_back(std::move(map));
  }
  return list;
}

Value resolved_claims(const Recipe& recipe) {
  Value list = Value::list();
  for (const ClaimSpec& claim : recipe.claims) {
    const Json json = {{"better", claim.better},
                       {"than", claim.than},
                       {"by", claim.by},
                       {"times", claim.times},
                       {"every_seed", claim.every_seed},
                       {"confidence", claim.confidence},
                       {"text", claim.text},
                       {"state", claim.state}};
    list.items.push_back(Value::from_json(json));
  }
  return list;
}

}  // namespace

Value resolved_tree(const Recipe& recipe, const Value& profiles) {
  Value tree = Value::map();
  tree.set("warmstart", Value::from_json(Json(1)));
  tree.set("title", resolved_text(recipe.title));
  if (!recipe.summary.empty()) tree.set("summary", resolved_text(recipe.summary));
  tree.set("seed_paper", Value::from_json(Json(recipe.seed_paper)));
  tree.set("estimated_minutes", Value::from_json(Json(recipe.estimated_minutes)));
  tree.set("profile", resolved_text(recipe.profile));
  tree.set("seeds", Value::from_json(Json(recipe.seeds)));
  tree.set("data", resolved_data(recipe));
  tree.set("model", resolved_component(recipe.model));
  tree.set("arms", resolved_arms(recipe));
  tree.set("stages", resolved_stages(recipe));
  tree.set("measure", resolved_measures(recipe));
  tree.set("capture", resolved_captures(recipe));
  if (!recipe.claims.empty()) tree.set("claim", resolved_claims(recipe));
  if (!profiles.is_null()) tree.set("profiles", profiles);
  if (!recipe.page.empty()) tree.set("page", resolved_text(recipe.page));
  return tree;
}

}  // namespace warmstart
