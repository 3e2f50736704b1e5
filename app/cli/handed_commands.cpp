// Commands that need torch or components: declared here, so that help and completion are whole, and
// handed to warmstart-worker with the same arguments.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "app/cli/commands.h"
#include "core/base/error.h"
#include "core/run/process.h"

namespace warmstart {
namespace {

int hand_over(const Invocation& invocation) {
  const Path worker = sibling_program("warmstart-worker", "WARMSTART_WORKER");
  std::vector<char*> arguments(invocation.argv, invocation.argv + invocation.argc);
  std::string name = worker.string();
  arguments[0] = name.data();
  arguments.push_back(nullptr);
  std::cout.flush();
  execv(worker.c_str(), arguments.data());
  throw Error(std::string("cannot start the worker: ") + std::strerror(errno), worker.string(),
              "install Warmstart whole", ErrorKind::kMachine);
}

template <class Options, class Declare>
CLI::App* add_handed(CLI::App& app, Invocation& invocation, const char* name, const char* help,
                     const Declare& declare) {
  CLI::App* sub = app.add_subcommand(name, help);
  auto options =
      std::make_shared<Options>();  // parsed for the sake of errors here; the worker parses again
  declare(*sub, *options);
  sub->callback([options, &invocation] {
    invocation.action = [options, &invocation] { return hand_over(invocation); };
  });
  return sub;
}

void declare_here_and_now(CLI::App& app, RecipeCommand& options) {
  declare_recipe_text(app, options);
  declare_compute(app, options);
}

}  // namespace

void add_handed_commands(CLI::App& app, Invocation& invocation) {
  add_handed<RecipeCommand>(app, invocation, "run", "train in the foreground with a progress bar",
                            declare_here_and_now);
  add_handed<RecipeCommand>(app, invocation, "validate", "check a recipe without running it",
                            declare_recipe_text);
  add_handed<RecipeCommand>(app, invocation, "dryrun",
                            "what a recipe will cost: parameters, time, memory, disk",
                            declare_here_and_now);
  add_handed<PreviewCommand>(app, invocation, "preview",
                             "samples of a recipe's data before and after its transforms",
                             declare_preview);
  add_handed<RecipeCommand>(app, invocation, "resolve",
                            "print the recipe with every default written out", declare_recipe_text);
  add_handed<ComponentsCommand>(app, invocation, "components",
                                "list every component with its parameters", declare_components);
  add_handed<ReferenceCommand>(app, invocation, "reference",
                               "write a Markdown page about the components of each kind",
                               declare_reference);
  add_handed<PredictCommand>(app, invocation, "predict", "run a trained model on new files",
                             declare_predict);
  add_handed<ExportCommand>(app, invocation, "export",
                            "export a trained model, verified against its source", declare_export);
  add_handed<ImportCommand>(app, invocation, "import", "read weights and report what matched",
                            declare_import);
  add_handed<CommonOptions>(app, invocation, "doctor",
                            "versions, BLAS, devices, plugins, free space, warnings",
                            declare_common);
  add_handed<WorkCommand>(app, invocation, "work", "", declare_work)->group("");  // for the runner
}

}  // namespace warmstart
