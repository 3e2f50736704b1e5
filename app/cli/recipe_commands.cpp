// recipes, submit.
#include <optional>

#include "app/cli/commands.h"
#include "app/cli/table.h"
#include "core/base/error.h"
#include "core/recipe/recipe.h"
#include "core/run/process.h"
#include "core/run/queue.h"
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
    table.add({one.id, one.title, one.seed_paper > 0 ? std::to_string(one.seed_paper) : "-", one.plugin,
               one.estimated_minutes > 0 ? number_text(one.estimated_minutes) : "-"});
  }
  if (options.json) {
    print_json(json);
  } else {
    table.print(std::cout);
  }
  return 0;
}

struct SubmitOptions : RecipeCommand {
  std::int64_t priority = 0, after = 0, restarts = 3;
  double time_limit = 0;
  std::string where;
  bool start = false;
};

void declare_submit(CLI::App& app, SubmitOptions& o) {
  declare_recipe(app, o);
  app.add_option("--priority", o.priority, "higher starts first; default 0")->type_name("N");
  app.add_option("--after", o.after, "start only when this job is done")->type_name("JOB");
  app.add_option("--device", o.where, "cpu, cuda, or a device's name; default: any")->type_name("DEV");
  app.add_option("--time-limit", o.time_limit, "seconds a job may take; default: no limit")->type_name("S");
  app.add_option("--restarts", o.restarts, "how often a job that died starts again; default 3")->type_name("N");
  app.add_flag("--start", o.start, "start the runner if none is at work");
}

std::vector<std::string> resolve_command(const SubmitOptions& o) {
  std::vector<std::string> command{sibling_program("warmstart-worker", "WARMSTART_WORKER").string(), "resolve",
                                   o.recipe, "--json", "--profile", o.profile};
  const auto add = [&](const char* option, const std::string& value) {
    command.push_back(option);
    command.push_back(value);
  };
  if (!o.arm.empty()) add("--arm", o.arm);
  if (!o.data.empty()) add("--data", o.data);
  for (const std::int64_t seed : o.seeds) add("--seed", std::to_string(seed));
  for (const std::string& entry : o.set) add("--set", entry);
  if (o.smoke) command.push_back("--smoke");
  return command;
}

/// The worker knows the components; nullopt when it has already said what is wrong with the recipe.
std::optional<Json> resolve_recipe(const SubmitOptions& options, int& exit_code) {
  const CommandResult result = run_command(resolve_command(options));
  if (result.status.code != 0) {
    std::cerr << result.errors;
    exit_code = result.status.code.value_or(static_cast<int>(ErrorKind::kMachine));
    if (!result.status.code) {
      throw Error("the worker died by " + signal_name(result.status.signal) + " while reading the recipe",
                  options.recipe, "run: warmstart doctor", ErrorKind::kMachine);
    }
    return std::nullopt;
  }
  Json resolved = Json::parse(result.output, nullptr, false);
  if (!resolved.is_object()) {
    throw Error("the worker's answer is not JSON", options.recipe, "install Warmstart whole",
                ErrorKind::kMachine);
  }
  return resolved;
}

std::vector<Job> submit_all(Workspace& workspace, const Json& resolved, const SubmitOptions& options) {
  Queue queue(workspace);
  JobRequest request;
  request.info.recipe = resolved.at("recipe");
  request.info.title = resolved.at("title");
  request.info.profile = resolved.at("profile");
  request.info.smoke = options.smoke;
  request.recipe_text = resolved.at("text");
  request.priority = options.priority;
  request.after = options.after;
  request.device = options.where;
  request.time_limit = options.time_limit;
  request.max_restarts = options.restarts;
  if (options.after != 0) queue.get(options.after);  // before anything is made
  request.info.experiment = workspace.create_experiment("submit", request.info.recipe, request.info.title,
                                                        request.info.profile);
  std::vector<Job> jobs;
  for (const Json& seed : resolved.at("seeds")) {
    for (const Json& arm : resolved.at("arms")) {
      request.info.arm = arm;
      request.info.seed = seed;
      jobs.push_back(queue.submit(request));
    }
  }
  return jobs;
}

std::string runner_advice(const CommonOptions& options) {
  const std::string where = options.workspace.empty() ? "" : " --workspace " + options.workspace;
  return "no runner is at work: start one with `warmstart serve" + where + "`, or submit with --start";
}

int submit(const SubmitOptions& options) {
  int exit_code = 0;
  const std::optional<Json> resolved = resolve_recipe(options, exit_code);
  if (!resolved) return exit_code;
  Workspace workspace = open_workspace(options);
  const std::vector<Job> jobs = submit_all(workspace, *resolved, options);
  bool served = ServeLock::holder(workspace.root()).has_value();
  if (!served && options.start) {
    start_detached_runner(workspace.root());
    served = true;
  }
  Json json{{"experiment", jobs.empty() ? 0 : jobs.front().experiment}, {"served", served}, {"jobs", Json::array()}};
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
                             "list recipes: id, title, seed paper, plugin, estimated time", declare_common,
                             list_known_recipes);
  add_command<SubmitOptions>(app, invocation, "submit", "put a recipe's arms and seeds into the queue",
                             declare_submit, submit);
}

}  // namespace warmstart
