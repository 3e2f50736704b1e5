#include "core/recipe/recipe.h"

#include <algorithm>

#include "core/base/files.h"
#include "core/recipe/overrides.h"
#include "core/recipe/reader.h"

namespace warmstart {
namespace {

// The parts that may use placeholders; titles and notes may not.
constexpr const char* kSubstituted[] = {"data",    "model",   "stages",    "measure",
                                        "capture", "trainer", "optimizer", "schedule"};

struct RecipeSource {
  std::string file;
  std::filesystem::path folder;
};

// A relative folder that exists beside the recipe (or here) becomes absolute, so that a queued run
// finds it again.
std::string recipe_folder_path(const std::string& text, const std::filesystem::path& folder) {
  std::error_code ignored;
  for (const std::filesystem::path& path : {folder / text, std::filesystem::path(text)}) {
    if (!text.empty() && std::filesystem::exists(path, ignored)) {
      return std::filesystem::absolute(path).lexically_normal().string();
    }
  }
  return text;
}

std::string recipe_data_dir(const Value& tree, const RecipeOptions& options,
                            const RecipeSource& source, Problems& problems) {
  std::string default_dir;
  if (const Value* defaults = tree.find("defaults")) {
    Fields fields;
    fields.field("data", default_dir, "folder that ${data} stands for");
    fields.read(*defaults, "defaults", problems);
  }
  if (!options.data_dir.empty()) return recipe_folder_path(options.data_dir, "");
  return recipe_folder_path(default_dir, source.folder);
}

void recipe_check_placeholders(const Value& value, const std::string& key, Problems& problems) {
  for (const std::string& name :
       value.is_scalar() ? placeholders(value) : std::vector<std::string>{}) {
    if (name.starts_with("data.") && name.size() > 5) continue;
    if (name == "data") {
      problems.add(key, value, "${data} once a data folder is chosen",
                   "pass --data DIR, or give `defaults: {data: DIR}`");
    } else {
      problems.add(key, value, "${data}, ${data.FACT}, ${resources}", "");
    }
  }
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    recipe_check_placeholders(value.items[i], join_key(key, std::to_string(i)), problems);
  }
  for (const auto& [name, member] : value.members) {
    recipe_check_placeholders(member, join_key(key, name), problems);
  }
}

void recipe_substitute(Value& tree, const RecipeOptions& options, const RecipeSource& source,
                       Problems& problems) {
  const std::string data_dir = recipe_data_dir(tree, options, source, problems);
  bool uses_data = false;
  for (const char* key : kSubstituted) {
    Value* part = tree.find(key);
    if (part == nullptr) continue;
    const std::vector<std::string> names = placeholders(*part);
    std::map<std::string, Json> values;
    for (const std::string& name : names) {
      if (name == "data" && !data_dir.empty()) values["data"] = data_dir;
      if (name == "resources") values["resources"] = resource_dir().string();
    }
    uses_data = uses_data || std::find(names.begin(), names.end(), "data") != names.end();
    substitute(*part, values);
    recipe_check_placeholders(*part, key, problems);
  }
  if (!options.data_dir.empty() && !uses_data) {
    problems.add("--data", Value::scalar(options.data_dir), "",
                 "this recipe does not use ${data}; leave --data away");
  }
}

// The profile that a resolved recipe records, or "".
std::string recipe_recorded_profile(const Value& tree) {
  const Value* profile = tree.find("profile");
  return profile != nullptr && profile->is_scalar() ? profile->text : "";
}

void recipe_shrink_for_smoke(Recipe& recipe) {
  for (StageSpec& stage : recipe.stages) {
    stage.steps = 2;
    stage.epochs = 0;
    stage.trainer.log_every = 1;
    stage.trainer.checkpoint_every = 1;
    stage.trainer.statistics_every = std::min<std::int64_t>(stage.trainer.statistics_every, 1);
    stage.trainer.validate_every = 0;
    stage.trainer.early_stop = 0;
  }
  for (CaptureSpec& capture : recipe.capture) capture.every = 1;
  if (!recipe.seeds.empty()) recipe.seeds.resize(1);
}

// From the tree as written to a Recipe with one profile applied.
Recipe recipe_read_profile(Value tree, const std::string& profile, const RecipeOptions& options,
                           const RecipeSource& source, Problems& problems) {
  const std::string recorded = recipe_recorded_profile(tree);
  if (recorded.empty()) {
    apply_profile(tree, profile, problems);
    const Value* profiles = tree.find("profiles");
    const bool has_smoke = profiles != nullptr && profiles->is_map() && profiles->find("smoke");
    if (options.smoke && has_smoke) apply_profile(tree, "smoke", problems);
  } else if (profile != recorded && profile != "small") {
    problems.add("--profile", Value::scalar(profile), recorded,
                 "this file is resolved already; take the recipe it came from");
  }
  for (const std::string& text : options.set) apply_set(tree, text, problems);
  recipe_substitute(tree, options, source, problems);
  Recipe recipe = read_recipe(tree, source.folder, problems);
  recipe.profile = recorded.empty() ? profile : recorded;
  check_recipe(recipe, tree, problems);
  if (options.smoke) recipe_shrink_for_smoke(recipe);
  return recipe;
}

// What is wrong with the other profiles is said now, not on the day somebody asks for one.
void recipe_check_other_profiles(const Value& tree, const Recipe& recipe,
                                 const RecipeOptions& options, const RecipeSource& source,
                                 Problems& problems) {
  if (!recipe_recorded_profile(tree).empty()) return;
  RecipeOptions plain;
  plain.data_dir = options.data_dir;
  for (const std::string& name : recipe.profiles) {
    if (name == recipe.profile) continue;
    Problems found(source.file);
    recipe_read_profile(tree, name, plain, source, found);
    for (const Problem& problem : found.list()) {
      const auto same = [&](const Problem& known) {
        return problems.text(known) == found.text(problem);
      };
      if (std::none_of(problems.list().begin(), problems.list().end(), same)) problems.add(problem);
    }
  }
}

void recipe_check_version(const Value& tree, const std::string& file) {
  if (!tree.is_map()) {
    const std::string what = "not a recipe: the top level is no map";
    const std::string hint = "start with `warmstart: 1`";
    throw ProblemsError(what, file, hint,
                        {{{"", tree.mark, what, "", hint}, Error(what, file, hint).what()}});
  }
  const Value* version = tree.find("warmstart");
  if (version != nullptr && version->text == "1") return;
  Problems problems(file);
  if (version == nullptr) {
    problems.add({"warmstart", tree.mark, "nothing", "1", "start the file with `warmstart: 1`"});
  } else {
    problems.add("warmstart", *version, "1", "this program reads format version 1");
  }
  problems.throw_if_any();
}

std::string recipe_plugin(const Recipe& recipe) {
  std::vector<std::string> types{recipe.model.type};
  for (const DataSpec& data : recipe.data) types.insert(types.begin(), data.dataset.type);
  for (const StageSpec& stage : recipe.stages) types.push_back(stage.objective.type);
  for (const std::string& type : types) {
    const std::size_t dot = type.find('.');
    if (dot != std::string::npos) return type.substr(0, dot);
  }
  return "";
}

/// "medical/hippocampus" for a file among the recipes, else its stem.
void recipe_name(Recipe& recipe, const std::string& file) {
  std::error_code ignored;
  const std::filesystem::path full = std::filesystem::weakly_canonical(file, ignored);
  recipe.id = std::filesystem::path(file).stem().string();
  if (full.parent_path().parent_path().filename() != "recipes") return;
  recipe.plugin = full.parent_path().filename().string();
  recipe.id = recipe.plugin + "/" + full.stem().string();
}

}  // namespace

Recipe parse_recipe(const std::string& text, const std::string& file,
                    const RecipeOptions& options) {
  const Value tree = parse_yaml(text, file);
  recipe_check_version(tree, file);
  const RecipeSource source{file, std::filesystem::path(file).parent_path()};
  Problems problems(file);
  const std::string wanted = options.profile.empty() ? "small" : options.profile;
  Recipe recipe = recipe_read_profile(tree, wanted, options, source, problems);
  recipe_check_other_profiles(tree, recipe, options, source, problems);
  problems.throw_if_any();
  const Value* profiles = tree.find("profiles");
  recipe.plugin = recipe_plugin(recipe);
  recipe_name(recipe, file);
  recipe.tree = resolved_tree(recipe, profiles == nullptr ? Value() : *profiles);
  return recipe;
}

Recipe load_recipe(const std::filesystem::path& file, const RecipeOptions& options) {
  return parse_recipe(read_file(file, 1 << 21), file.string(), options);
}

const StageSpec& Recipe::stage(const std::string& name) const {
  std::vector<std::string> names;
  for (const StageSpec& spec : stages) {
    if (spec.name == name) return spec;
    names.push_back(spec.name);
  }
  const std::string nearest = nearest_name(name, names);
  throw Error(
      "the recipe has no stage '" + name + "'", id,
      nearest.empty() ? "it has: " + join_names(names) : "did you mean \"" + nearest + "\"?");
}

const DataSpec* Recipe::find_data(const std::string& name) const {
  for (const DataSpec& spec : data) {
    if (spec.name == name) return &spec;
  }
  return nullptr;
}

const std::vector<std::string>& Recipe::arm(const std::string& name) const {
  std::vector<std::string> names;
  for (const auto& [arm_name, list] : arms) {
    if (arm_name == name) return list;
    names.push_back(arm_name);
  }
  const std::string nearest = nearest_name(name, names);
  throw Error(
      "the recipe has no arm '" + name + "'", id,
      nearest.empty() ? "it has: " + join_names(names) : "did you mean \"" + nearest + "\"?");
}

}  // namespace warmstart
