#include <algorithm>

#include "core/recipe/reader.h"

namespace warmstart {
namespace {

struct RecipeText {
  Value data, model, arms, stages, measure, capture, claim, trainer, optimizer, schedule, defaults,
      profiles;
  std::int64_t version = 1;
  Value ignored;
};

void recipe_describe(Fields& fields, Recipe& recipe, RecipeText& text) {
  fields.field("warmstart", text.version, "format version").within(1, 1);
  // Read by recipe_read_texts; here only so that the keys count as known.
  fields.field("title", text.ignored, "what is tried, in one line");
  fields.field("summary", text.ignored, "two sentences");
  fields.field("seed_paper", recipe.seed_paper, "number of the seed system; 0 = none").at_least(0);
  fields.field("estimated_minutes", recipe.estimated_minutes, "time on a small machine")
      .at_least(0);
  fields.field("defaults", text.defaults, "{data: DIR}");
  fields.field("data", text.data, "data entries").required();
  fields.field("model", text.model, "the network").component("model").required();
  fields.field("arms", text.arms, "ARM: [STAGE, ...]");
  fields.field("stages", text.stages, "STAGE: {objective, data, budget, ...}").required();
  fields.field("measure", text.measure, "[{on, metrics}, ...]");
  fields.field("capture", text.capture, "[{inspector, every}, ...]");
  fields.field("seeds", recipe.seeds, "seeds of the repetitions").at_least(0);
  fields.field("claim", text.claim, "{better, than, by}, or a list");
  fields.field("profiles", text.profiles, "PROFILE: {path: value}");
  fields.field("profile", recipe.profile, "the profile that was applied");
  fields.field("trainer", text.trainer, "trainer settings of every stage");
  fields.field("optimizer", text.optimizer, "optimizer of every stage").component("optimizer");
  fields.field("schedule", text.schedule, "schedule of every stage").component("schedule");
  fields.field("page", text.ignored, "notes in Markdown");
}

// Free text is taken as it stands, "${...}" too.
void recipe_read_texts(Value& tree, Recipe& recipe, Problems& problems) {
  const std::pair<const char*, std::string*> texts[] = {
      {"title", &recipe.title}, {"summary", &recipe.summary}, {"page", &recipe.page}};
  for (const auto& [key, target] : texts) {
    const Value* value = tree.find(key);
    if (value == nullptr) continue;
    if (value->is_scalar()) {
      *target = value->text;
    } else {
      problems.add(key, *value, "text");
    }
  }
  if (recipe.title.empty() && tree.find("title") == nullptr) {
    problems.add({"title", tree.mark, "nothing", "text", "say in one line what is tried"});
  }
}

bool recipe_is_map(const Value& value, const std::string& key, const std::string& entry,
                   Problems& problems) {
  if (value.is_null()) return false;
  if (value.is_map() && !value.members.empty()) return true;
  problems.add(key, value, "a map of " + entry);
  return false;
}

void recipe_read_data(const Value& text, Recipe& recipe, Problems& problems) {
  if (!recipe_is_map(text, "data", "NAME: {dataset: ..., ...}", problems)) return;
  for (const auto& [name, value] : text.members) {
    const std::string path = "data." + name;
    check_own_name(path, name, value, problems);
    Value dataset = value;
    const Value* transforms = value.find("transforms");
    DataSpec entry{name, {}, {}};
    if (transforms != nullptr) {
      entry.transforms = read_components("transform", *transforms, path + ".transforms", problems);
    }
    dataset.erase("transforms");
    entry.dataset = read_component("dataset", dataset, path, problems, "dataset");
    recipe.data.push_back(std::move(entry));
  }
}

void recipe_read_arm(const std::string& name, const Value& value, Recipe& recipe,
                     Problems& problems) {
  const std::string path = "arms." + name;
  check_own_name(path, name, value, problems);
  if (!value.is_list() || value.items.empty()) {
    problems.add(path, value, "a list of stage names", "write [STAGE, ...]");
    return;
  }
  std::vector<std::string> stages;
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    const Value& stage = value.items[i];
    const std::string key = path + "." + std::to_string(i);
    if (!stage.is_scalar()) {
      problems.add(key, stage, "a stage name");
    } else if (std::find(stages.begin(), stages.end(), stage.text) != stages.end()) {
      problems.add(key, stage, "each stage once an arm");
    } else {
      stages.push_back(stage.text);
    }
  }
  recipe.arms.emplace_back(name, std::move(stages));
}

void recipe_read_arms(const Value& text, Recipe& recipe, Problems& problems) {
  if (text.is_null()) {
    // Without arms the stages are one chain.
    recipe.arms.push_back({"main", {}});
    for (const StageSpec& stage : recipe.stages) recipe.arms[0].second.push_back(stage.name);
    return;
  }
  if (!recipe_is_map(text, "arms", "NAME: [STAGE, ...]", problems)) return;
  for (const auto& [name, value] : text.members) recipe_read_arm(name, value, recipe, problems);
}

void recipe_read_stages(const RecipeText& text, Recipe& recipe, const std::filesystem::path& folder,
                        Problems& problems) {
  StageDefaults defaults{{}, text.optimizer, text.schedule};
  Fields fields;
  defaults.trainer.describe(fields);
  fields.read(text.trainer, "trainer", problems);
  if (!recipe_is_map(text.stages, "stages", "NAME: {objective, data, budget, ...}", problems))
    return;
  for (const auto& [name, value] : text.stages.members) {
    recipe.stages.push_back(read_stage(name, value, defaults, folder, problems));
  }
}

// A stage's changes of the model are checked as what they make of it.
void recipe_check_stage_models(const Recipe& recipe, Problems& problems) {
  for (const StageSpec& stage : recipe.stages) {
    if (stage.model.is_null()) continue;
    const std::string path = "stages." + stage.name + ".model";
    if (!stage.model.is_map()) {
      problems.add(path, stage.model, "a map of the model's settings");
      continue;
    }
    ComponentSpec changed = recipe.model;
    for (const auto& [key, value] : stage.model.members) {
      if (key != "type") changed.settings.set(key, value);
    }
    resolve_component("model", changed, path, problems);
  }
}

void recipe_check_seeds(const Recipe& recipe, const Value& tree, Problems& problems) {
  const Value* seeds = tree.find("seeds");
  if (seeds == nullptr) return;
  if (recipe.seeds.empty()) problems.add("seeds", *seeds, "at least one seed");
  std::vector<std::int64_t> sorted = recipe.seeds;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) {
    problems.add({"seeds", seeds->mark, "the seed " + std::to_string(*twice) + " twice",
                  "each seed once", ""});
  }
}

}  // namespace

void check_own_name(const std::string& key, const std::string& name, const Value& at,
                    Problems& problems) {
  const bool fits = !name.empty() && name.size() <= 64 &&
                    name.find_first_not_of(
                        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789_-") == std::string::npos;
  if (fits) return;
  problems.add({key, at.key_mark, "the name \"" + name + "\"",
                "letters, digits, _ and -, at most 64", "give it another name"});
}

Recipe read_recipe(const Value& tree, const std::filesystem::path& folder, Problems& problems) {
  Recipe recipe;
  RecipeText text;
  Value typed = tree;
  recipe_read_texts(typed, recipe, problems);
  Fields fields;
  recipe_describe(fields, recipe, text);
  for (const char* key : {"title", "summary", "page"}) typed.erase(key);
  fields.read(typed, "", problems);
  Problems reported("");
  recipe.model = read_component("model", text.model, "model", reported);
  recipe_read_data(text.data, recipe, problems);
  recipe_read_stages(text, recipe, folder, problems);
  if (reported.empty()) recipe_check_stage_models(recipe, problems);
  recipe_read_arms(text.arms, recipe, problems);
  recipe_check_seeds(recipe, tree, problems);
  recipe.measure = read_measures(text.measure, problems);
  recipe.capture = read_captures(text.capture, problems);
  recipe.claims = read_claims(text.claim, problems);
  recipe_is_map(text.profiles, "profiles", "NAME: {path: value}", problems);
  for (const auto& member : text.profiles.members) recipe.profiles.push_back(member.first);
  return recipe;
}

}  // namespace warmstart
