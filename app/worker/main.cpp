// warmstart-worker: trains, evaluates, predicts, exports; and answers what needs the registry.
#include <csignal>
#include <cstdio>
#include <functional>
#include <iostream>

#include "app/worker/commands.h"
#include "core/base/error.h"
#include "core/base/memory.h"
#include "core/train/recorder.h"

namespace warmstart {
namespace {

void stop_on_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { Recorder::request_stop(); };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

template <class Options, class Declare>
void add_command(CLI::App& app, const char* name, const char* help, int (*command)(const Options&),
                 const Declare& declare, int& exit_code) {
  CLI::App* sub = app.add_subcommand(name, help);
  auto options = std::make_shared<Options>();
  declare(*sub, *options);
  sub->callback([options, command, &exit_code] { exit_code = command(*options); });
}

int parse_and_run(int argc, char** argv) {
  CLI::App app{"Warmstart worker; `warmstart` is the command to type", "warmstart-worker"};
  app.require_subcommand(1);
  int exit_code = 0;
  const auto compute = [](CLI::App& sub, RecipeCommand& o) {
    declare_recipe_text(sub, o);
    declare_compute(sub, o);
  };
  add_command(app, "work", "execute a run folder", work, declare_work, exit_code);
  add_command(app, "run", "train in the foreground", run, compute, exit_code);
  add_command(app, "resolve", "print the resolved recipe", resolve, declare_recipe_text, exit_code);
  add_command(app, "validate", "check a recipe", validate, declare_recipe_text, exit_code);
  add_command(app, "dryrun", "what a recipe will cost", dryrun, compute, exit_code);
  add_command(app, "preview", "samples of a recipe's data", preview, declare_preview, exit_code);
  add_command(app, "components", "list components", components, declare_components, exit_code);
  add_command(app, "reference", "write reference pages", reference, declare_reference, exit_code);
  add_command(app, "predict", "run a trained model on files", predict, declare_predict, exit_code);
  add_command(app, "export", "export a trained model", export_run, declare_export, exit_code);
  add_command(app, "import", "import weights", import_file, declare_import, exit_code);
  add_command(app, "doctor", "look at the machine", doctor, declare_common, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    std::cerr << "error: " << error.what() << "; command line; see `warmstart --help`\n";
    return static_cast<int>(ErrorKind::kInput);
  }
  return exit_code;
}

}  // namespace
}  // namespace warmstart

int main(int argc, char** argv) {
  // Threads that spin while they wait are 10 to 100 times slower where jobs share cores; OpenMP
  // reads this at load time, so the process starts itself again with it.
  if (std::getenv("OMP_WAIT_POLICY") == nullptr) {
    setenv("OMP_WAIT_POLICY", "passive", 1);
    execv("/proc/self/exe", argv);
  }
  warmstart::tune_allocator();
  warmstart::stop_on_signals();
  try {
    return warmstart::parse_and_run(argc, argv);
  } catch (const warmstart::Error& error) {
    std::cerr << "error: " << error.what() << "\n";
    return static_cast<int>(error.kind());
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what()
              << "; warmstart-worker; please report this with the run's log.txt\n";
    return static_cast<int>(warmstart::ErrorKind::kMachine);
  }
}
