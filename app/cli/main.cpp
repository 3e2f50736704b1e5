// warmstart: the command line. Parses, runs one command, ends with the exit code that the contract
// names.
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>

#include "app/cli/commands.h"
#include "core/base/error.h"
#include "core/recipe/value.h"

namespace warmstart {
namespace {

/// "warmstart submit" of the subcommand that was being parsed, for the hint.
std::string command_name(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? "warmstart" : "warmstart " + chosen.front()->get_name();
}

std::string nearest_command(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands({})) names.push_back(sub->get_name());
  return nearest_name(word, names);
}

int report_usage(const CLI::App& app, const CLI::ParseError& error, const Invocation& invocation) {
  std::string where = command_name(app), hint = "see " + where + " --help", what = error.what();
  if (where == "warmstart" && invocation.argc > 1 && invocation.argv[1][0] != '-') {
    const std::string near = nearest_command(app, invocation.argv[1]);
    what = "unknown command '" + std::string(invocation.argv[1]) + "'";
    if (!near.empty()) hint = "did you mean: warmstart " + near;
  }
  std::cerr << "error: " << what.substr(0, what.find('\n')) << "; " << where << "; " << hint
            << "\n";
  return static_cast<int>(ErrorKind::kInput);
}

int parse_and_run(int argc, char** argv) {
  CLI::App app{"Warmstart: a workbench for pretraining research", "warmstart"};
  app.require_subcommand(1);
  app.set_version_flag("--version", "warmstart " + program_version());
  Invocation invocation{argc, argv, {}};
  add_recipe_commands(app, invocation);
  add_handed_commands(app, invocation);
  add_queue_commands(app, invocation);
  add_check_command(app, invocation);
  add_serve_command(app, invocation);
  add_run_commands(app, invocation);
  add_metrics_commands(app, invocation);
  add_capture_commands(app, invocation);
  add_completion_command(app, invocation);
  if (argc == 1) {
    std::cout << app.help();
    return 0;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    return report_usage(app, error, invocation);
  }
  return invocation.action();
}

}  // namespace
}  // namespace warmstart

int main(int argc, char** argv) {
  try {
    const int code = warmstart::parse_and_run(argc, argv);
    std::cout.flush();
    if (!std::cout) {
      std::cerr << "error: cannot write the output; standard output; free some space on the disk\n";
      return static_cast<int>(warmstart::ErrorKind::kMachine);
    }
    return code;
  } catch (const warmstart::Error& error) {
    std::cerr << "error: " << error.what() << "\n";
    return static_cast<int>(error.kind());
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << "; warmstart; please report this\n";
    return static_cast<int>(warmstart::ErrorKind::kMachine);
  }
}
