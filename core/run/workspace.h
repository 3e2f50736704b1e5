// A workspace: one folder with runs/, cache/ and the index workspace.db. The index can be read and
// written by several processes at once (command line, window, runner); what a run measured stays in
// its folder, the index only repeats it. A Workspace belongs to one thread.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/run/database.h"
#include "core/run/run_folder.h"

namespace warmstart {

/// What is fixed when a run is made; run.json holds it.
struct RunInfo {
  std::string run;     ///< id; empty: create_run makes one
  std::string recipe;  ///< "medical/hippocampus"
  std::string title, arm;
  std::int64_t seed = 0;
  std::string profile = "small";
  bool smoke = false;
  std::string created;  ///< "2026-01-02T15:04:05Z"; empty: now
  std::string host;     ///< empty: this one
  std::string device;
  std::string version;           ///< of the program; empty: this one
  std::int64_t extra_steps = 0;  ///< added to the last stage by "extend"
  std::int64_t experiment = 0;   ///< row of experiments; 0 = none
};
Json to_json(const RunInfo& info);
/// Reads run.json. Error when it is missing or damaged.
RunInfo read_run_info(const RunFolder& folder);
void write_run_info(const RunFolder& folder, const RunInfo& info);

/// A line of the index. States: created queued starting running paused interrupted done failed
/// cancelled.
struct RunRecord {
  RunInfo info;
  std::string state, error, note;
  std::int64_t step = 0, total_steps = 0;
  double created = 0, started = 0, ended = 0;  ///< seconds since the epoch; 0 = not yet
  std::int64_t job = 0;                        ///< 0 = a foreground run
  std::vector<std::string> tags;
};

/// Empty members match everything.
struct RunFilter {
  std::string state, recipe, arm, tag;
  std::int64_t experiment = 0;
  std::int64_t limit = 0;  ///< the newest so many; 0 = all
};

/// One measured value: the mean over the cases of a data entry after a stage.
struct MeasureRecord {
  std::string data, stage, metric;  ///< "test", "finetune", "dice" or "dice.2"
  std::optional<double> value;      ///< none where the metric is undefined
};

struct AdoptedFolders {
  int count = 0;
  std::vector<std::string> problems;
};

/// A checked claim, kept with its numbers.
struct ClaimRecord {
  std::int64_t experiment = 0;
  std::string recipe, profile;
  std::string text;   ///< "multistage.test.dice > scratch.test.dice by 0.01"
  std::string state;  ///< holds, not_shown
  Json detail;        ///< means, spreads, seeds, p value
  double time = 0;
};

/// $XDG_DATA_HOME/warmstart, or ~/.local/share/warmstart.
Path default_workspace();
/// "0.1.0"
std::string program_version();
/// "2026-01-02T15:04:05Z" of seconds since the epoch, and the present time.
std::string utc_text(double seconds);
double now_seconds();

class Workspace {
 public:
  /// Opens a folder, or makes one. Errors: not writable; a newer schema; a network file system.
  static Workspace open(const Path& root);
  /// What stands in a workspace that cannot be written: its index as it is now, its runs in place.
  /// Every change of the index is refused. Errors: no index there; a newer schema.
  static Workspace open_to_read(const Path& root);

  const Path& root() const { return root_; }
  Path runs_dir() const { return root_ / "runs"; }
  Path cache_dir() const { return root_ / "cache"; }
  Database& database() { return *database_; }

  /// One experiment holds the runs of one command: `kind` is submit, check or run.
  std::int64_t create_experiment(const std::string& kind, const std::string& recipe,
                                 const std::string& title, const std::string& profile);
  /// Makes the folder with recipe.yaml (`recipe_text`) and run.json, and the row in state
  /// "created".
  RunFolder create_run(RunInfo info, const std::string& recipe_text);
  RunFolder run_folder(const std::string& run) const { return RunFolder::open(runs_dir() / run); }

  /// For runs without a job (the queue keeps the state of the others). "running" ties the run to
  /// this process: should it die without a word, the run reads as interrupted.
  void set_run_state(const std::string& run, const std::string& state,
                     const std::string& error = "");
  /// Reads the run's events and brings its step, stages and measures in the index up to date.
  void index_run(const std::string& run);
  /// Adds rows for run folders that the index does not know (copied here, or left by a kill). A
  /// damaged one is a problem to report and harms no other.
  AdoptedFolders adopt_folders();
  /// What the run measured, as the index repeats it.
  std::vector<MeasureRecord> measures(const std::string& run);

  std::vector<RunRecord> list_runs(const RunFilter& filter = {});
  /// By id, by a prefix that only one id has, or by a part of the id that only one has. Error lists
  /// the candidates.
  RunRecord find_run(const std::string& text);

  void add_tag(const std::string& run, const std::string& tag);
  void remove_tag(const std::string& run, const std::string& tag);
  void set_note(const std::string& run, const std::string& note);

  /// False when the experiment's newest record of that claim says the same already.
  bool record_claim(const ClaimRecord& claim);
  std::vector<ClaimRecord> list_claims(const std::string& recipe = "");

 private:
  Workspace(Path root, std::unique_ptr<Database> database);
  void insert_run(const RunInfo& info, const std::string& state);
  Path root_;
  std::unique_ptr<Database> database_;
};

}  // namespace warmstart
