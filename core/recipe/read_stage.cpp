#include <algorithm>
#include <filesystem>

#include "core/recipe/reader.h"

namespace warmstart {
namespace {

struct StageText {
  Value objective, surgery, budget, optimizer, schedule, trainer, model;
};

void stage_describe(Fields& fields, StageSpec& stage, StageText& text) {
  fields.field("objective", text.objective, "what the stage optimises").required();
  fields.field("data", stage.data, "the data entry it trains on").required();
  fields.field("validation", stage.validation, "the data entry it is validated on");
  fields.field("from", stage.from,
               "weights of the stage before, of the arm's first stage, of a file, or none: "
               "previous, first, a "
               "tensor file, scratch");
  fields.field("surgery", text.surgery, "what happens to weights that come in");
  fields.field("budget", text.budget, "{steps: N} or {epochs: X}").required();
  fields.field("optimizer", text.optimizer, "how parameters are updated");
  fields.field("schedule", text.schedule, "how the learning rate changes");
  fields.field("trainer", text.trainer, "batch size, clipping, logging, ...");
  fields.field("model", text.model, "changes of the recipe's model for this stage");
}

void stage_read_budget(StageSpec& stage, const Value& text, const std::string& path,
                       Problems& problems) {
  if (text.is_null()) return;
  std::int64_t steps_given = 1;
  double epochs_given = 1;
  Fields fields;
  fields.field("steps", steps_given, "optimizer steps").at_least(1);
  fields.field("epochs", epochs_given, "passes over the data").above(0);
  const std::size_t before = problems.list().size();
  fields.read(text, path, problems);
  if (problems.list().size() > before) return;
  const bool steps = text.find("steps") != nullptr, epochs = text.find("epochs") != nullptr;
  if (steps && epochs) {
    problems.add({path, text.mark, "both steps and epochs", "one of steps, epochs", "remove one"});
  } else if (!steps && !epochs) {
    problems.add({path, text.mark, "neither steps nor epochs", "one of steps, epochs",
                  "write {steps: 100}"});
  }
  if (steps) stage.steps = steps_given;
  if (epochs) stage.epochs = epochs_given;
}

// The stage's own component laid over the recipe's: settings add up unless the stage names another
// type.
Value stage_overlay(const Value& base, const Value& own) {
  const Value* type = own.find("type");
  const std::string base_type =
      base.is_map() && base.find("type") ? base.find("type")->text : base.text;
  if (base.is_null() || !own.is_map() || (type != nullptr && type->text != base_type)) return own;
  Value merged = base;
  if (base.is_scalar()) {
    merged = Value::map();
    merged.set("type", base);
  }
  for (const auto& [key, value] : own.members) merged.set(key, value);
  merged.mark = own.mark;
  return merged;
}

ComponentSpec stage_component(const std::string& kind, const Value& base, const Value& own,
                              const std::string& path, const StageSpec& stage, const Mark& mark,
                              Problems& problems) {
  if (own.is_null() && base.is_null()) {
    problems.add({join_key(path, kind), mark, "nothing", "a component's name",
                  "stage '" + stage.name + "' needs one, here or at the top level"});
    return {};
  }
  if (own.is_null()) {
    Problems reported("");  // the top level was checked once
    return read_component(kind, base, kind, reported);
  }
  return read_component(kind, stage_overlay(base, own), join_key(path, kind), problems);
}

void stage_read_from(StageSpec& stage, const Value* text, const std::string& path,
                     const std::filesystem::path& folder, Problems& problems) {
  if (stage.from == "scratch" || stage.from == "previous" || stage.from == "first" ||
      text == nullptr)
    return;
  for (const std::filesystem::path& file :
       {std::filesystem::path(stage.from), folder / stage.from}) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) continue;
    stage.from = std::filesystem::absolute(file).lexically_normal().string();
    return;
  }
  const std::string nearest = nearest_name(stage.from, {"scratch", "previous", "first"});
  problems.add(join_key(path, "from"), *text,
               "scratch, previous, first, or an existing tensor file",
               nearest.empty() ? "" : "did you mean \"" + nearest + "\"?");
}

void stage_check_ignored(const StageSpec& stage, const Value& text, const std::string& path,
                         Problems& problems) {
  const auto needs_weights = [](const ComponentSpec& one) { return one.type != "freeze"; };
  if (stage.from == "scratch" &&
      std::any_of(stage.surgery.begin(), stage.surgery.end(), needs_weights)) {
    problems.add({join_key(path, "surgery"), text.find("surgery")->key_mark,
                  "surgery without weights", "",
                  "set `from: previous` or a file, or freeze alone"});
  }
  const Value* model = text.find("model");
  if (const Value* type = model == nullptr ? nullptr : model->find("type")) {
    problems.add({path + ".model.type", type->mark, "another model",
                  "settings of the recipe's model", "weights go from stage to stage of one model"});
  }
  if (stage.trainer.early_stop > 0 && stage.trainer.validate_every == 0) {
    problems.add({path + ".trainer.early_stop", text.mark, "early_stop without validate_every", "",
                  "set trainer.validate_every"});
  }
  if (stage.trainer.validate_every > 0 && stage.validation.empty()) {
    problems.add({path + ".trainer.validate_every", text.mark, "validate_every without validation",
                  "", "name a data entry with `validation:`"});
  }
}

}  // namespace

void TrainerSettings::describe(Fields& fields) {
  fields.field("batch_size", batch_size, "samples a batch").within(1, 65536);
  fields.field("accumulate", accumulate, "batches whose gradients are added up for one step")
      .within(1, 65536);
  fields.field("clip", clip, "largest gradient norm; 0 = off").at_least(0);
  fields.field("ema", ema, "decay of averaged weights; 0 = off").within(0, 1);
  fields.field("precision", precision, "arithmetic of the forward pass")
      .one_of({"float32", "bfloat16"});
  fields.field("workers", workers, "loader threads").within(0, 256);
  fields.field("log_every", log_every, "time between two scalar lines").at_least(1).unit("steps");
  fields
      .field("statistics_every", statistics_every,
             "time between statistics of gradients and weights; 0 = off")
      .at_least(0)
      .unit("steps");
  fields.field("checkpoint_every", checkpoint_every, "time between two checkpoints")
      .at_least(1)
      .unit("steps");
  fields.field("validate_every", validate_every, "time between validations; 0 = only at the end")
      .at_least(0)
      .unit("steps");
  fields
      .field("early_stop", early_stop,
             "validations without improvement before the stage ends; 0 = off")
      .at_least(0);
  fields.field("on_nan", on_nan, "what a loss that is not finite does").one_of({"stop", "skip"});
}

StageSpec read_stage(const std::string& name, const Value& value, const StageDefaults& defaults,
                     const std::filesystem::path& folder, Problems& problems) {
  const std::string path = "stages." + name;
  StageSpec stage;
  stage.name = name;
  stage.trainer = defaults.trainer;
  check_own_name(path, name, value, problems);
  StageText text;
  Fields fields;
  stage_describe(fields, stage, text);
  fields.read(value, path, problems);
  if (!value.is_map()) return stage;
  if (!text.objective.is_null()) {
    stage.objective = read_component("objective", text.objective, path + ".objective", problems);
  }
  stage.surgery = read_components("surgery", text.surgery, path + ".surgery", problems);
  stage_read_budget(stage, text.budget, path + ".budget", problems);
  stage.optimizer = stage_component("optimizer", defaults.optimizer, text.optimizer, path, stage,
                                    value.mark, problems);
  stage.schedule = stage_component("schedule", defaults.schedule, text.schedule, path, stage,
                                   value.mark, problems);
  Fields trainer;
  stage.trainer.describe(trainer);
  trainer.read(text.trainer, path + ".trainer", problems);
  stage.model = text.model;
  stage_read_from(stage, value.find("from"), path, folder, problems);
  stage_check_ignored(stage, value, path, problems);
  return stage;
}

}  // namespace warmstart
