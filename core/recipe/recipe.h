// A recipe: one YAML file that says a whole experiment. Loading finds every problem before anything
// runs; resolving writes every default out, so that what is queued is complete and never changes
// with the file it came from.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/recipe/value.h"

namespace warmstart {

/// `{dataset: NAME, ..., transforms: [...]}`
struct DataSpec {
  std::string name;
  ComponentSpec dataset;
  std::vector<ComponentSpec> transforms;
};

/// How a stage trains. The recipe's top-level `trainer:` gives the defaults for every stage.
struct TrainerSettings {
  std::int64_t batch_size = 2;
  std::int64_t accumulate = 1;         ///< gradient accumulation: batches a step
  double clip = 0;                     ///< largest gradient norm; 0 = off
  double ema = 0;                      ///< decay of averaged weights; 0 = off
  std::string precision = "float32";   ///< float32, bfloat16 (autocast)
  std::int64_t workers = 1;            ///< loader threads
  std::int64_t log_every = 1;          ///< steps between scalar lines
  std::int64_t statistics_every = 50;  ///< gradient/weight statistics and histograms; 0 = off
  std::int64_t checkpoint_every = 100;
  std::int64_t validate_every =
      0;  ///< steps between runs of the stage's `validation`; 0 = only at the end
  std::int64_t early_stop = 0;  ///< validations without improvement before the stage ends; 0 = off
  std::string on_nan = "stop";  ///< stop, skip
  void describe(Fields& fields);
};

struct StageSpec {
  std::string name;
  ComponentSpec objective;
  std::string data;              ///< name of a data entry
  std::string from = "scratch";  ///< scratch, previous, or a path of a weights file
  std::vector<ComponentSpec>
      surgery;  ///< applied to weights that come in; default: transfer of everything that fits
  ComponentSpec optimizer, schedule;
  std::int64_t steps = 0;  ///< budget.steps; or
  double epochs = 0;       ///< budget.epochs
  TrainerSettings trainer;
  Value model;             ///< overrides of the recipe's model for this stage; null = none
  std::string validation;  ///< data entry for validation, "" = none
};

struct MeasureSpec {
  std::string on;  ///< data entry
  std::vector<ComponentSpec> metrics;
  std::optional<ComponentSpec> inference;
  bool per_class = false;  ///< report: per_class
  std::string after;       ///< stage name; "" = the last of the arm
};

struct CaptureSpec {
  std::string name;  ///< of its files and numbers; given, or the inspector's type
  ComponentSpec inspector;
  std::string on;  ///< data entry; "" = the stage's
  std::int64_t every = 100;
  std::int64_t samples = 3;
};

/// `better`/`than` are "arm.data.metric[.part]", or one of them a number; holds when mean(better) -
/// times * mean(than) >= by over the seeds (with `every_seed`: in each of them), and, where
/// `confidence` is given, a paired permutation test on the seed-averaged cases has p <= 1 -
/// confidence.
struct ClaimSpec {
  std::string better, than;
  double by = 0;
  double times = 1;             ///< factor on `than`
  bool every_seed = false;      ///< the margin holds in each seed, not in the mean alone
  double confidence = 0;        ///< 0 = the margin alone
  std::string text;             ///< in words
  std::string state = "holds";  ///< expected: holds, not_shown
};

/// The number that a side of a claim is, if it is one and no measured value.
std::optional<double> claim_constant(const std::string& side);

struct Recipe {
  std::string id;                            ///< "medical/hippocampus", or the file's stem
  std::string title, summary, plugin, page;  ///< page: Markdown notes at the recipe's end
  std::int64_t seed_paper = 0;
  std::vector<DataSpec> data;
  ComponentSpec model;
  std::vector<std::pair<std::string, std::vector<std::string>>> arms;  ///< name -> stage names
  std::vector<StageSpec> stages;
  std::vector<MeasureSpec> measure;
  std::vector<CaptureSpec> capture;
  std::vector<std::int64_t> seeds{0};
  std::vector<ClaimSpec> claims;
  std::string profile = "small";
  std::vector<std::string> profiles;  ///< names it offers
  double estimated_minutes = 0;
  Value tree;  ///< the resolved text: every default written out, profile and overrides applied

  const StageSpec& stage(const std::string& name) const;
  const DataSpec* find_data(const std::string& name) const;
  const std::vector<std::string>& arm(
      const std::string& name) const;  ///< Error with the nearest name
};

struct RecipeOptions {
  std::string profile = "small";
  std::vector<std::string> set;  ///< "path=value"
  std::string data_dir;          ///< replaces ${data}; "" = the recipe's `defaults.data`
  bool smoke = false;            ///< two steps a stage, one validation
};

/// Parses, applies profile and --set, validates against the catalog, joins needs and yields. Throws
/// one Error (a ProblemsError where the text is wrong) that lists every problem. `file`: where the
/// text stands or would stand; it gives the id, and the folder of relative paths.
Recipe load_recipe(const std::filesystem::path& file, const RecipeOptions& options);
Recipe parse_recipe(const std::string& text, const std::string& file, const RecipeOptions& options);

/// Finds "medical/hippocampus" in the installed recipes, or takes a path to a file. Error with the
/// nearest id.
std::filesystem::path find_recipe(const std::string& id_or_file);

/// One line of `warmstart recipes`, read without the catalog.
struct RecipeSummary {
  std::string id, title, plugin, domain;
  std::int64_t seed_paper = 0;
  double estimated_minutes = 0;
  std::filesystem::path file;
};
std::vector<RecipeSummary> list_recipes();
/// $WARMSTART_RESOURCES, beside the installed program, or the source tree.
std::filesystem::path resource_dir();

}  // namespace warmstart
