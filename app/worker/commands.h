// The worker's commands. Each returns the exit code; errors are thrown and end in main.
#pragma once
#include "app/options.h"
#include "core/recipe/recipe.h"

namespace warmstart {

int work(const WorkCommand& options);
int run(const RecipeCommand& options);
int resolve(const RecipeCommand& options);
int validate(const RecipeCommand& options);
int dryrun(const RecipeCommand& options);
int preview(const PreviewCommand& options);
int components(const ComponentsCommand& options);
int reference(const ReferenceCommand& options);
int predict(const PredictCommand& options);
int export_run(const ExportCommand& options);
int import_file(const ImportCommand& options);
int doctor(const CommonOptions& options);

/// Finds and loads a recipe, or reads it from standard input ("-"), with the plugins that it names.
Recipe load_named_recipe(const RecipeCommand& options);
/// Loads the plugins that a run's recipe names.
void load_plugins_of_run(const std::filesystem::path& recipe_file);
std::filesystem::path workspace_path(const CommonOptions& options);
std::int64_t all_cores();

}  // namespace warmstart
