// recipes, submit.
#include "app/cli/submission.h"
#include "app/table.h"
#include "core/recipe/recipe.h"
#include "core/run/detached_runner.h"
#include "core/run/serve_lock.h"

namespace warmstart {
namespace {

int list_known_recipes(const CommonOptions& options) {
  const std::vector<RecipeSummary> recipes = list_recipes();
  Json json = Json::array();
  Table table({{"recipe"}, {"title"}, {"seed paper", true}, {"plugin"}, {"time [min]", true}});
  for (const RecipeSummary& one : recipes) {
    json.push_back({{"recipe", one.id},
                    {"title", one.title},
                    {"seed_paper", one.seed_paper},
                    {"plugin", one.plugin},
                    {"domain", one.domain},
                    {"estimated_minutes", one.estimated_minutes},
                    {"file", one.file.string()}});
    table.add({one.id, one.title, one.seed_paper > 0 ? std::to_string(one.seed_paper) : "-",
               one.plugin, one.estimated_minutes > 0 ? number_text(one.estimated_minutes) : "-"});
  }
  if (options.json) {
    print_json(json);
  } else {
    table.print(std::cout);
  }
  return 0;
}

std::string runner_advice(const CommonOptions& options) {
  const std::string where = options.workspace.empty() ? "" : " --workspace " + options.workspace;
  return "no runner is at work: start one with `warmstart serve" + where +
         "`, or submit with --start";
}

int submit(const SubmitOptions& options) {
  int exit_code = 0;
  const std::optional<Json> resolved = resolve_recipe(options, exit_code);
  if (!resolved) return exit_code;
  Workspace workspace = open_workspace(options);
  const std::vector<Job> jobs = submit_all(workspace, *resolved, options, "submit");
  bool served = ServeLock::holder(workspace.root()).has_value();
  if (!served && options.start) {
    start_detached_runner(this_program(), workspace.root());
    served = true;
  }
  Json json{{"experiment", jobs.empty() ? 0 : jobs.front().experiment},
            {"served", served},
            {"jobs", Json::array()}};
  for (const Job& job : jobs) {
    json["jobs"].push_back(to_json(job));
    if (!options.json) std::cout << "job " << job.id << "  " << job.run << "\n";
  }
  if (options.json) print_json(json);
  if (!options.json && !served) std::cout << runner_advice(options) << "\n";
  return 0;
}

}  // namespace

void add_recipe_commands(CLI::App& app, Invocation& invocation) {
  add_command<CommonOptions>(app, invocation, "recipes",
                             "list recipes: id, title, seed paper, plugin, estimated time",
                             declare_common, list_known_recipes);
  add_command<SubmitOptions>(app, invocation, "submit",
                             "put a recipe's arms and seeds into the queue", declare_submit,
                             submit);
}

}  // namespace warmstart
