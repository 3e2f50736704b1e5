// From a recipe to jobs: what `submit` and `check` share.
#pragma once
#include <optional>

#include "app/cli/commands.h"
#include "core/run/queue.h"

namespace warmstart {

struct SubmitOptions : RecipeCommand {
  std::int64_t priority = 0, after = 0, restarts = 3;
  double time_limit = 0;
  std::string where;
  bool start = false;
};

void declare_submit(CLI::App& app, SubmitOptions& o);

/// Asks the worker, which knows the components; nullopt when it has already said what is wrong with
/// the recipe.
std::optional<Json> resolve_recipe(const SubmitOptions& options, int& exit_code);

/// One job for each arm and seed, in one experiment of that kind.
std::vector<Job> submit_all(Workspace& workspace, const Json& resolved,
                            const SubmitOptions& options, const std::string& kind);

}  // namespace warmstart
