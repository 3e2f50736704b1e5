// The commands of `warmstart`. Each group declares its subcommands; parsing chooses one action,
// main runs it and turns errors into exit codes.
#pragma once
#include <functional>
#include <iostream>
#include <memory>
#include <string>

#include "app/options.h"
#include "core/base/json.h"
#include "core/run/workspace.h"

namespace warmstart {

/// What the command line came to.
struct Invocation {
  int argc = 0;
  char** argv = nullptr;
  std::function<int()> action;  ///< returns the exit code
};

void add_recipe_commands(CLI::App& app, Invocation& invocation);   // recipes, submit
void add_queue_commands(CLI::App& app, Invocation& invocation);    // queue, cancel, pause, ...
void add_check_command(CLI::App& app, Invocation& invocation);     // check
void add_serve_command(CLI::App& app, Invocation& invocation);     // serve
void add_run_commands(CLI::App& app, Invocation& invocation);      // runs, show, tag, note, claims
void add_metrics_commands(CLI::App& app, Invocation& invocation);  // metrics, compare
void add_capture_commands(CLI::App& app, Invocation& invocation);  // captures, capture
void add_handed_commands(CLI::App& app,
                         Invocation& invocation);  // run, check, validate, export, ...
void add_completion_command(CLI::App& app, Invocation& invocation);  // completion, version

/// Declares one command whose options live as long as the parser.
template <class Options, class Declare>
CLI::App* add_command(CLI::App& app, Invocation& invocation, const char* name, const char* help,
                      const Declare& declare, int (*command)(const Options&)) {
  CLI::App* sub = app.add_subcommand(name, help);
  auto options = std::make_shared<Options>();
  declare(*sub, *options);
  sub->callback([options, command, &invocation] {
    invocation.action = [options, command] { return command(*options); };
  });
  return sub;
}

inline Path workspace_folder(const CommonOptions& options) {
  return options.workspace.empty() ? default_workspace() : Path(options.workspace);
}
inline Workspace open_workspace(const CommonOptions& options) {
  return Workspace::open(workspace_folder(options));
}
inline void print_json(const Json& json) { std::cout << json.dump(2) << "\n"; }

/// The file that is running: what a detached runner is started from.
inline Path this_program() { return std::filesystem::read_symlink("/proc/self/exe"); }

}  // namespace warmstart
