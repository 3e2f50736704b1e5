#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "core/base/files.h"
#include "core/recipe/recipe.h"
#include "core/recipe/scalar.h"

namespace warmstart {
namespace {

std::string recipe_text_of(const Value& tree, const char* key) {
  const Value* value = tree.find(key);
  return value != nullptr && value->is_scalar() ? value->text : "";
}

// Only what a list shows; a broken file is listed too, so that its author sees why it is not
// offered.
RecipeSummary recipe_summary(const std::filesystem::path& file) {
  RecipeSummary summary;
  summary.file = file;
  summary.plugin = summary.domain = file.parent_path().filename().string();
  summary.id = summary.plugin + "/" + file.stem().string();
  try {
    const Value tree = parse_yaml(read_file(file, 1 << 21), file.string());
    summary.title = recipe_text_of(tree, "title");
    summary.seed_paper = parse_integer(recipe_text_of(tree, "seed_paper")).value_or(0);
    summary.estimated_minutes = parse_number(recipe_text_of(tree, "estimated_minutes")).value_or(0);
  } catch (const Error& error) {
    summary.title = std::string("(not readable: ") + error.what() + ")";
  }
  return summary;
}

std::filesystem::path recipe_program_dir() {
  std::error_code failed;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? std::filesystem::path() : program.parent_path();
}

}  // namespace

std::filesystem::path resource_dir() {
  std::error_code ignored;
  if (const char* set = std::getenv("WARMSTART_RESOURCES"); set != nullptr && *set != '\0') {
    if (std::filesystem::is_directory(set, ignored)) return set;
    throw Error("$WARMSTART_RESOURCES is no folder", set, "unset it or correct it");
  }
  const std::filesystem::path candidates[] = {recipe_program_dir() / "../share/warmstart",
                                              WARMSTART_SOURCE_RESOURCES};
  for (const std::filesystem::path& folder : candidates) {
    if (std::filesystem::is_directory(folder, ignored)) {
      return std::filesystem::weakly_canonical(folder, ignored);
    }
  }
  throw Error("the resources are missing", candidates[0].lexically_normal().string(),
              "install the program again, or set $WARMSTART_RESOURCES", ErrorKind::kMachine);
}

std::vector<RecipeSummary> list_recipes() {
  std::vector<RecipeSummary> list;
  const std::filesystem::path root = resource_dir() / "recipes";
  std::error_code ignored;
  for (const auto& folder : std::filesystem::directory_iterator(root, ignored)) {
    if (!folder.is_directory(ignored)) continue;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path(), ignored)) {
      if (entry.path().extension() == ".yaml") list.push_back(recipe_summary(entry.path()));
    }
  }
  std::sort(list.begin(), list.end(),
            [](const RecipeSummary& a, const RecipeSummary& b) { return a.id < b.id; });
  return list;
}

std::filesystem::path find_recipe(const std::string& id_or_file) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(id_or_file, ignored)) return id_or_file;
  std::vector<std::string> ids;
  std::vector<std::filesystem::path> by_stem;
  for (const RecipeSummary& summary : list_recipes()) {
    if (summary.id == id_or_file) return summary.file;
    if (summary.file.stem() == id_or_file) by_stem.push_back(summary.file);
    ids.push_back(summary.id);
  }
  if (by_stem.size() == 1) return by_stem.front();
  const std::string nearest = nearest_name(id_or_file, ids);
  throw Error(
      "there is no recipe or file of that name", id_or_file,
      nearest.empty() ? "`warmstart recipes` lists them" : "did you mean \"" + nearest + "\"?");
}

}  // namespace warmstart
