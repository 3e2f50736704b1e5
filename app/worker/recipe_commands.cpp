// Commands that look at recipes and components without training.
#include <unistd.h>

#include <iostream>
#include <set>
#include <thread>

#include "app/worker/commands.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/catalog/plugins.h"
#include "core/catalog/reference.h"
#include "core/export/onnx_runtime.h"
#include "core/recipe/chosen_arms.h"
#include "core/run/workspace.h"
#include "core/train/machine.h"

namespace warmstart {

std::int64_t all_cores() { return std::max<std::int64_t>(1, std::thread::hardware_concurrency()); }

std::filesystem::path workspace_path(const CommonOptions& options) {
  return options.workspace.empty() ? default_workspace() : Path(options.workspace);
}

namespace {

void load_plugins_or_fail(const Value& tree) {
  for (const PluginStatus& plugin : load_plugins(plugins_named_in(tree))) {
    if (plugin.state == "failed") {
      throw Error("plugin '" + plugin.name + "' does not load: " + plugin.error,
                  plugin.path.string(), "run `warmstart doctor`", ErrorKind::kMachine);
    }
  }
}

RecipeOptions recipe_options(const RecipeCommand& o) {
  RecipeOptions options;
  options.profile = o.profile;
  options.set = o.set;
  options.data_dir =
      o.data.empty() ? "" : std::filesystem::absolute(o.data).lexically_normal().string();
  options.smoke = o.smoke;
  return options;
}

constexpr std::size_t kLargestRecipe = std::size_t{1} << 21;

/// Where text from standard input stands, or would.
std::filesystem::path piped_name(const std::string& as) {
  return as.empty() ? std::filesystem::current_path() / "recipe.yaml" : std::filesystem::path(as);
}

std::string piped_text(const std::string& name) {
  std::string text;
  char block[1 << 16];
  while (std::cin.read(block, sizeof block), std::cin.gcount() > 0) {
    text.append(block, static_cast<std::size_t>(std::cin.gcount()));
    if (text.size() > kLargestRecipe)
      throw Error("more than 2 MiB on standard input", name, "is this a recipe?");
  }
  return text;
}

}  // namespace

Recipe load_named_recipe(const RecipeCommand& options) {
  const bool piped = options.recipe == "-";
  if (!piped && !options.as.empty()) {
    throw Error("--as goes with a recipe from standard input", "--as " + options.as,
                "give `-` in place of the recipe");
  }
  const std::filesystem::path file = piped ? piped_name(options.as) : find_recipe(options.recipe);
  const std::string text = piped ? piped_text(file.string()) : read_file(file, kLargestRecipe);
  load_plugins_or_fail(parse_yaml(text, file.string()));
  return parse_recipe(text, file.string(), recipe_options(options));
}

void load_plugins_of_run(const std::filesystem::path& recipe_file) {
  load_plugins_or_fail(parse_yaml(read_file(recipe_file, 1 << 22), recipe_file.string()));
}

namespace {

/// For machines the problems also go to standard output, one by one; main reports the error.
Recipe load_or_list_problems(const RecipeCommand& options) {
  try {
    return load_named_recipe(options);
  } catch (const Error& error) {
    if (options.json)
      std::cout << Json{{"valid", false}, {"problems", problems_json(error)}}.dump(2) << "\n";
    throw;
  }
}

std::string counted(std::size_t count, const std::string& thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

}  // namespace

int validate(const RecipeCommand& options) {
  const Recipe recipe = load_or_list_problems(options);
  if (options.json) {
    std::cout << Json{{"valid", true}, {"recipe", recipe.id}, {"problems", Json::array()}}.dump()
              << "\n";
  } else {
    std::cout << recipe.id << ": valid; " << counted(recipe.arms.size(), "arm") << ", "
              << counted(recipe.stages.size(), "stage") << ", "
              << counted(recipe.seeds.size(), "seed") << "\n";
  }
  return 0;
}

int resolve(const RecipeCommand& options) {
  const Recipe recipe = load_or_list_problems(options);
  const Json arms = chosen_arms(recipe, options.arms);
  const Json seeds = options.seeds.empty() ? Json(recipe.seeds) : Json(options.seeds);
  std::cout
      << Json{{"recipe", recipe.id}, {"title", recipe.title},     {"arms", arms},
              {"seeds", seeds},      {"profile", recipe.profile}, {"text", to_yaml(recipe.tree)},
              {"valid", true},       {"problems", Json::array()}, {"profiles", recipe.profiles}}
             .dump(2)
      << "\n";
  return 0;
}

namespace {

void print_component(const Json& component) {
  std::cout << component.value("kind", "") << " " << component.value("name", "") << "  "
            << component.value("summary", "") << "\n";
  for (const Json& field : component.value("fields", Json::array())) {
    std::cout << "    " << field.value("name", "") << " (" << field.value("type", "");
    if (field.contains("unit")) std::cout << ", " << field.value("unit", "");
    std::cout << ", default " << field.value("default", Json()).dump() << ")  "
              << field.value("help", "") << "\n";
  }
}

/// Loads all plugins; those that do not load are told, and listed as {kind: "failed_plugin", name,
/// summary: why, path}.
Json failed_plugins() {
  Json failed = Json::array();
  for (const PluginStatus& plugin : load_plugins()) {
    if (plugin.state != "failed") continue;
    std::cerr << "warning: plugin " << plugin.name << ": " << plugin.error << "\n";
    failed.push_back({{"kind", "failed_plugin"},
                      {"name", plugin.name},
                      {"summary", plugin.error},
                      {"path", plugin.path.string()}});
  }
  return failed;
}

/// Everything with parameters that a recipe can set, of the plugins that are loaded.
Json all_components() {
  Json all = Catalog::instance().to_json();
  TrainerSettings trainer;
  Fields fields;
  trainer.describe(fields);
  all.push_back({{"kind", "settings"},
                 {"name", "trainer"},
                 {"plugin", ""},
                 {"summary", "how a stage trains: `trainer`, or `stages.NAME.trainer`"},
                 {"needs", Json::array()},
                 {"yields", Json::array()},
                 {"papers", Json::array()},
                 {"fields", fields.declarations()}});
  return all;
}

}  // namespace

int reference(const ReferenceCommand& options) {
  const Path folder = std::filesystem::absolute(options.out);
  create_folders(folder);
  failed_plugins();
  Json files = Json::array();
  for (const auto& [name, text] : reference_pages(all_components())) {
    write_atomically(folder / name, text);
    files.push_back((folder / name).string());
    if (!options.json) std::cout << (folder / name).string() << "\n";
  }
  if (options.json) std::cout << Json{{"files", files}}.dump(2) << "\n";
  return 0;
}

int components(const ComponentsCommand& options) {
  Json all = failed_plugins();
  for (Json& component : all_components()) all.push_back(std::move(component));
  Json chosen = Json::array();
  for (const Json& component : all) {
    if (options.kind.empty() || component.value("kind", "") == options.kind)
      chosen.push_back(component);
  }
  if (chosen.empty()) {
    std::set<std::string> known;
    for (const Json& component : all) known.insert(component.value("kind", ""));
    const std::string kinds = join_names({known.begin(), known.end()});
    throw Error("there is no component kind '" + options.kind + "'", "--kind", "kinds: " + kinds);
  }
  if (options.json) {
    std::cout << chosen.dump(2) << "\n";
    return 0;
  }
  for (const Json& component : chosen) print_component(component);
  return 0;
}

namespace {

void add_onnx_runtime(Json& report, Json& warnings) {
  try {
    const OnnxRuntime runtime = OnnxRuntime::find();
    report["onnx_runtime"] = runtime.text();
    if (runtime.broken()) warnings.push_back("ONNX Runtime: " + runtime.problem());
  } catch (const Error& error) {
    report["onnx_runtime"] = error.problem();
    warnings.push_back(error.what());
  }
}

}  // namespace

int doctor(const CommonOptions& options) {
  Json report{{"version", program_version()}};
  report.update(machine_report());
  Json warnings = report["warnings"];
  try {
    numeric_self_test(at::kCPU);
    report["self_test"] = "exact";
  } catch (const Error& error) {
    report["self_test"] = "failed";
    warnings.push_back(error.what());
  }
  add_onnx_runtime(report, warnings);
  report["plugins"] = Json::array();
  for (const PluginStatus& plugin : load_plugins()) {
    report["plugins"].push_back({{"name", plugin.name},
                                 {"version", plugin.version},
                                 {"state", plugin.state},
                                 {"error", plugin.error}});
    if (plugin.state == "failed") warnings.push_back("plugin " + plugin.name + ": " + plugin.error);
  }
  const Path root = workspace_path(options);
  std::error_code none;
  Path existing = root;
  while (!std::filesystem::exists(existing, none) && existing.has_parent_path())
    existing = existing.parent_path();
  const auto space = std::filesystem::space(existing, none);
  report["workspace"] = root.string();
  report["free_gib"] = static_cast<double>(space.available) / (1 << 30);
  if (space.available < (std::uintmax_t{1} << 30))
    warnings.push_back("less than 1 GiB is free on the workspace's disk");
  report["warnings"] = warnings;
  if (options.json) {
    std::cout << report.dump(2) << "\n";
  } else {
    for (const auto& [key, value] : report.items()) {
      if (key != "warnings")
        std::cout << key << ": " << (value.is_string() ? value.get<std::string>() : value.dump())
                  << "\n";
    }
    for (const Json& warning : warnings)
      std::cout << "warning: " << warning.get<std::string>() << "\n";
  }
  return warnings.empty() ? 0 : static_cast<int>(ErrorKind::kVerification);
}

}  // namespace warmstart
