// Options that the command line and the worker both parse, declared once: `warmstart` shows and
// checks them, then hands its arguments to `warmstart-worker` unchanged.
#pragma once
#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

namespace warmstart {

struct CommonOptions {
  bool json = false;
  std::string workspace;  ///< "" = the default one
};
inline void declare_common(CLI::App& app, CommonOptions& o) {
  app.add_flag("--json", o.json, "print one JSON document for machines");
  app.add_option("--workspace", o.workspace, "folder of runs and queue")->type_name("DIR");
}

struct RecipeCommand : CommonOptions {
  std::string recipe, profile = "small", data, device = "cpu";
  std::vector<std::string> arms;  ///< empty = all
  std::vector<std::int64_t> seeds;
  std::vector<std::string> set;
  bool smoke = false;
  std::int64_t threads = 0;
  std::string as;  ///< where text from standard input would stand
};
inline void declare_recipe(CLI::App& app, RecipeCommand& o) {
  declare_common(app, o);
  app.add_option("recipe", o.recipe, "recipe id or file")->required()->type_name("RECIPE");
  app.add_option("--arm", o.arms, "arm of the recipe; may be given several times; default: all")
      ->type_name("ARM")
      ->expected(1)
      ->take_all();
  app.add_option("--seed", o.seeds, "seed; may be given several times; default: the recipe's")
      ->type_name("N")
      ->expected(1)
      ->take_all();
  app.add_option("--profile", o.profile, "size of the experiment: small, full")->type_name("NAME");
  app.add_option("--data", o.data, "data folder, in place of the recipe's default")
      ->type_name("DIR");
  app.add_option("--set", o.set, "override one value: path=value; may be given several times")
      ->type_name("K=V")
      ->expected(1)
      ->take_all();
  app.add_flag("--smoke", o.smoke, "two steps a stage, to see that everything fits");
}
/// For commands that also take a recipe's text: an editor's, say, that is not saved.
inline void declare_recipe_text(CLI::App& app, RecipeCommand& o) {
  declare_recipe(app, o);
  app.get_option("recipe")->description("recipe id or file; - reads the text from standard input");
  app.add_option("--as", o.as,
                 "the file that text from standard input will be saved as: for its "
                 "id, relative paths and messages")
      ->type_name("FILE");
}
/// For commands that compute here and now.
inline void declare_compute(CLI::App& app, RecipeCommand& o) {
  app.add_option("--device", o.device, "cpu, cuda:0, ...")->type_name("DEV");
  app.add_option("--threads", o.threads, "threads for tensor operations; default: all cores")
      ->type_name("N");
}

/// For commands that take a recipe beside something else.
inline void declare_recipe_choice(CLI::App& app, RecipeCommand& o) {
  app.add_option("--profile", o.profile, "size of the experiment: small, full")->type_name("NAME");
  app.add_option("--data", o.data, "data folder, in place of the recipe's default")
      ->type_name("DIR");
  app.add_option("--set", o.set, "override one value: path=value; may be given several times")
      ->type_name("K=V")
      ->expected(1)
      ->take_all();
  app.add_option("--as", o.as, "the file that text from standard input will be saved as")
      ->type_name("FILE");
}

struct PreviewCommand : RecipeCommand {
  std::string entry, out;
  std::int64_t samples = 3, first = 0, seed = 0;
};
inline void declare_preview(CLI::App& app, PreviewCommand& o) {
  declare_common(app, o);
  app.add_option("recipe", o.recipe, "recipe id or file; - reads the text from standard input")
      ->required()
      ->type_name("RECIPE");
  app.add_option("--entry", o.entry, "data entry of the recipe")->required()->type_name("ENTRY");
  app.add_option("--samples", o.samples, "how many samples; default 3")
      ->type_name("N")
      ->check(CLI::Range(1, 64));
  app.add_option("--first", o.first, "number of the first sample, from 0")
      ->type_name("I")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--seed", o.seed, "of the random transforms; 0 is what measures and captures see")
      ->type_name("S")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--out", o.out, "tensor file to write")->required()->type_name("FILE");
  declare_recipe_choice(app, o);
}

inline void declare_checkpoint(CLI::App& app, std::string& checkpoint) {
  app.add_option("--checkpoint", checkpoint,
                 "which weights: last (of the finished run), best (validation), a stage's name, "
                 "or the step of a checkpoint; default last")
      ->type_name("WHICH");
}

struct PredictCommand : CommonOptions {
  std::string run, out, device = "cpu", checkpoint = "last";
  std::vector<std::string> inputs;
  std::optional<std::int64_t> tile;
  bool confidence = false;
  /// How a language model writes; not given = its default.
  std::optional<std::int64_t> tokens, top_k, seed;
  std::optional<double> temperature, top_p;
};
inline void declare_predict(CLI::App& app, PredictCommand& o) {
  declare_common(app, o);
  app.add_option("run", o.run, "run id, or a part of it that no other run has")
      ->required()
      ->type_name("RUN");
  app.add_option("inputs", o.inputs, "files or folders of the recipe's domain")
      ->required()
      ->type_name("INPUT");
  app.add_option("--out", o.out, "folder for the results")->required()->type_name("DIR");
  declare_checkpoint(app, o.checkpoint);
  app.add_option("--device", o.device, "cpu, cuda:0, ...")->type_name("DEV");
  app.add_option("--tile", o.tile, "edge of the tiles that a map is made of; default: the recipe's")
      ->type_name("PIXELS")
      ->check(CLI::Range(16, 65536));
  app.add_flag("--confidence", o.confidence, "maps come with the probability of the class");
  app.add_option("--tokens", o.tokens, "a language model writes at most so many; default 100")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  app.add_option("--temperature", o.temperature,
                 "its scores are divided by this; 0 takes the likeliest token; default 1")
      ->type_name("T");
  app.add_option("--top-k", o.top_k, "it draws from the K likeliest tokens; default: all")
      ->type_name("K");
  app.add_option("--top-p", o.top_p,
                 "it draws from the likeliest that together have this probability; default 1")
      ->type_name("P");
  app.add_option("--seed", o.seed, "of what it draws; default 0")
      ->type_name("S")
      ->check(CLI::NonNegativeNumber);
}

inline void declare_weight_names(CLI::App& app, std::string& names) {
  app.add_option(
         "--names", names,
         "published names for bare weights: bert, gpt2, llama, llama_original, olmoe, t5 or "
         "t5_v1_1; default: Warmstart's own")
      ->type_name("FAMILY");
}

struct ExportCommand : CommonOptions {
  std::string run, format, out, names, checkpoint = "last";
};
inline void declare_export(CLI::App& app, ExportCommand& o) {
  declare_common(app, o);
  app.add_option("run", o.run, "run id, or a part of it that no other run has")
      ->required()
      ->type_name("RUN");
  app.add_option("--format", o.format, "torchscript, onnx, safetensors or pytorch")
      ->required()
      ->check(CLI::IsMember({"torchscript", "onnx", "safetensors", "pytorch"}));
  app.add_option("--out", o.out, "file to write")->required()->type_name("FILE");
  declare_checkpoint(app, o.checkpoint);
  declare_weight_names(app, o.names);
}

struct ImportCommand : RecipeCommand {
  std::string file, into, stage, out, names;
};
inline void declare_import(CLI::App& app, ImportCommand& o) {
  declare_common(app, o);
  app.add_option("file", o.file, "weights: safetensors, or PyTorch .pt (never executed)")
      ->required()
      ->type_name("FILE");
  app.add_option("--into", o.into, "run whose model the weights should fit: reports what matches")
      ->type_name("RUN");
  app.add_option("--recipe", o.recipe,
                 "recipe id or file, or - for text from standard input: reports what its stage "
                 "--stage would take")
      ->type_name("RECIPE");
  app.add_option("--stage", o.stage, "stage of the recipe")->type_name("STAGE");
  declare_recipe_choice(app, o);
  app.add_option("--out", o.out,
                 "write them again as a tensor file, or as a PyTorch file where the name ends in "
                 ".pt, .pth or .bin; with --into as the run's model has them")
      ->type_name("FILE");
  declare_weight_names(app, o.names);
}

struct ComponentsCommand : CommonOptions {
  std::string kind;
};
inline void declare_components(CLI::App& app, ComponentsCommand& o) {
  declare_common(app, o);
  app.add_option("--kind", o.kind, "dataset, transform, model, objective, ...")->type_name("K");
}

struct ReferenceCommand : CommonOptions {
  std::string out;
};
inline void declare_reference(CLI::App& app, ReferenceCommand& o) {
  declare_common(app, o);
  app.add_option("--out", o.out, "folder for the pages")->required()->type_name("DIR");
}

struct WorkCommand {
  std::string folder, device = "cpu";
  std::int64_t threads = 0;
  std::int64_t job = 0;
};
inline void declare_work(CLI::App& app, WorkCommand& o) {
  app.add_option("folder", o.folder, "run folder")->required()->type_name("RUN_FOLDER");
  app.add_option("--device", o.device, "cpu, cuda:0, ...");
  app.add_option("--threads", o.threads, "threads for tensor operations");
  app.add_option("--job", o.job, "number in the queue, for the log");
}

}  // namespace warmstart
