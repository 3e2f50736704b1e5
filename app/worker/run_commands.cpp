// Commands that train: `work` on a folder that the queue prepared, `run` in the foreground with a
// progress bar.
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <iostream>

#include "app/worker/commands.h"
#include "app/worker/progress.h"
#include "core/base/error.h"
#include "core/recipe/chosen_arms.h"
#include "core/run/run_history.h"
#include "core/run/workspace.h"
#include "core/train/session.h"

namespace warmstart {

int work(const WorkCommand& options) {
  const RunFolder folder = RunFolder::open(options.folder);
  load_plugins_of_run(folder.recipe());
  const SessionOptions session{
      options.device, options.threads > 0 ? options.threads : all_cores(), {}};
  const SessionOutcome outcome = run_session(folder, session);
  return outcome == SessionOutcome::kDone ? 0 : static_cast<int>(ErrorKind::kInterrupted);
}

namespace {

struct ForegroundRun {
  std::string arm;
  std::int64_t seed = 0;
};

std::vector<ForegroundRun> foreground_runs(const Recipe& recipe, const RecipeCommand& options) {
  const std::vector<std::int64_t>& seeds = options.seeds.empty() ? recipe.seeds : options.seeds;
  std::vector<ForegroundRun> runs;
  for (const std::string& arm : chosen_arms(recipe, options.arms)) {
    for (const std::int64_t seed : seeds) runs.push_back({arm, seed});
  }
  return runs;
}

void print_measures(const std::string& run, const std::vector<Json>& measures) {
  std::cout << run << "\n";
  for (const Json& measure : measures) {
    for (const auto& [name, value] : measure.at("metrics").items()) {
      std::printf("  %-28s %10s\n", (measure.value("on", "") + "." + name).c_str(),
                  value.is_number() ? std::to_string(value.get<double>()).c_str() : "undefined");
    }
  }
  std::fflush(stdout);
}

/// One arm with one seed; the index follows what happens.
Json run_one(Workspace& workspace, const Recipe& recipe, const ForegroundRun& which,
             const RecipeCommand& options) {
  RunInfo info;
  info.recipe = recipe.id;
  info.title = recipe.title;
  info.arm = which.arm;
  info.seed = which.seed;
  info.profile = recipe.profile;
  info.smoke = options.smoke;
  info.device = options.device;
  const RunFolder folder = workspace.create_run(info, to_yaml(recipe.tree));
  workspace.set_run_state(folder.id(), "running");
  Progress progress(recipe.id + " " + which.arm + " seed " + std::to_string(which.seed),
                    options.json);
  SessionOptions session{options.device, options.threads > 0 ? options.threads : all_cores(),
                         [&](const Json& event) { progress.see(event); }};
  try {
    const SessionOutcome outcome = run_session(folder, session);
    progress.finish();
    const std::string state = outcome == SessionOutcome::kDone ? "done" : "interrupted";
    workspace.set_run_state(folder.id(), state);
    workspace.index_run(folder.id());
    const RunHistory history = read_history(folder);
    if (!options.json) print_measures(folder.id(), history.measures);
    return {{"run", folder.id()}, {"folder", folder.root.string()},
            {"arm", which.arm},   {"seed", which.seed},
            {"state", state},     {"measures", history.measures}};
  } catch (const std::exception& error) {
    progress.finish();
    workspace.set_run_state(folder.id(), "failed", error.what());
    throw;
  }
}

}  // namespace

int run(const RecipeCommand& options) {
  const Recipe recipe = load_named_recipe(options);
  Workspace workspace = Workspace::open(workspace_path(options));
  Json results = Json::array();
  bool interrupted = false;
  for (const ForegroundRun& which : foreground_runs(recipe, options)) {
    results.push_back(run_one(workspace, recipe, which, options));
    interrupted = results.back().at("state") == "interrupted";
    if (interrupted) break;
  }
  if (options.json) std::cout << Json{{"runs", results}}.dump(2) << "\n";
  if (interrupted && !options.json) {
    std::cerr << "interrupted; go on with `warmstart resume "
              << results.back().at("run").get<std::string>() << "`\n";
  }
  return interrupted ? static_cast<int>(ErrorKind::kInterrupted) : 0;
}

}  // namespace warmstart
