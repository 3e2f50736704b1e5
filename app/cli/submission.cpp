#include "app/cli/submission.h"

#include "core/base/error.h"
#include "core/run/process.h"
#include "core/run/submission.h"

namespace warmstart {

void declare_submit(CLI::App& app, SubmitOptions& o) {
  declare_recipe(app, o);
  app.add_option("--priority", o.priority, "higher starts first; default 0")->type_name("N");
  app.add_option("--after", o.after, "start only when this job is done")->type_name("JOB");
  app.add_option("--device", o.where, "cpu, cuda, or a device's name; default: any")
      ->type_name("DEV");
  app.add_option("--time-limit", o.time_limit, "seconds a job may take; default: no limit")
      ->type_name("S");
  app.add_option("--restarts", o.restarts, "how often a job that died starts again; default 3")
      ->type_name("N");
  app.add_flag("--start", o.start, "start the runner if none is at work");
}

namespace {

std::vector<std::string> resolve_command(const SubmitOptions& o) {
  std::vector<std::string> command{sibling_program("warmstart-worker", "WARMSTART_WORKER").string(),
                                   "resolve",
                                   o.recipe,
                                   "--json",
                                   "--profile",
                                   o.profile};
  const auto add = [&](const char* option, const std::string& value) {
    command.push_back(option);
    command.push_back(value);
  };
  for (const std::string& arm : o.arms) add("--arm", arm);
  if (!o.data.empty()) add("--data", o.data);
  for (const std::int64_t seed : o.seeds) add("--seed", std::to_string(seed));
  for (const std::string& entry : o.set) add("--set", entry);
  if (o.smoke) command.push_back("--smoke");
  return command;
}

}  // namespace

std::optional<Json> resolve_recipe(const SubmitOptions& options, int& exit_code) {
  if (options.recipe == "-") {
    throw Error("a recipe from standard input cannot be queued", "-", "save it to a file first");
  }
  const CommandResult result = run_command(resolve_command(options));
  if (result.status.code != 0) {
    std::cerr << result.errors;
    exit_code = result.status.code.value_or(static_cast<int>(ErrorKind::kMachine));
    if (!result.status.code) {
      throw Error(
          "the worker died by " + signal_name(result.status.signal) + " while reading the recipe",
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

std::vector<Job> submit_all(Workspace& workspace, const Json& resolved,
                            const SubmitOptions& options, const std::string& kind) {
  return submit_jobs(workspace, {.resolved = resolved,
                                 .kind = kind,
                                 .smoke = options.smoke,
                                 .priority = options.priority,
                                 .after = options.after,
                                 .max_restarts = options.restarts,
                                 .device = options.where,
                                 .time_limit = options.time_limit});
}

}  // namespace warmstart
