// The folder of one run, and its event log: the only channel from a worker to whoever watches.
// Append-only, one writer; a torn last line is ignored.
//
// events.jsonl, one object a line: {"event": kind, "time": seconds since the epoch, ...}. A number
// that is not finite is written as null and read as NaN. "global_step" counts on over the stages of
// the arm, "step" within the stage.
//   start       total_steps, global_step (of its begin), arm, seed, device, threads, blas: a
//   process
//               begins without checkpoint
//   resume      the same, and stage, step of the checkpoint it goes on from
//   stage       stage, index, steps, global_step (of its begin), parameters, from
//   step        stage, step, global_step, scalars: {"loss": 0.5, "learning_rate": 0.01, ...}
//   statistics  stage, global_step, per layer: for those who draw them, not in read_history()
//   system      stage, global_step, what the worker takes: see core/run/process_use.h
//   validation  stage, global_step, on, metrics: {"dice": 0.8, "dice.liver": 0.9, ...}, undefined,
//               cases: [{sample, metric, part, value}], metric_info: [{name, unit,
//               higher_is_better, parts}], summaries: {metric: {kind, ...}}
//   measure     the same, after the last step of a stage
//   capture     stage, global_step, inspector, kind, file, placed: true where it says where on the
//               ground its samples lie
//   checkpoint  stage, global_step, file
//   surgery     stage, report
//   warning     text
//   progress    anything that keeps watchers informed during long work
//   stopped (stage), failed (error, exit), done   the last word: the state of the run
// Logical truncation: at a resume, readers drop what was logged before it and later than its
// global_step. A step that is not later than the one before it says the same without a resume: its
// process began again.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/base/json.h"

namespace warmstart {

/// Paths inside runs/<id>/ (see the design's workspace layout).
struct RunFolder {
  Path root;
  Path recipe() const { return root / "recipe.yaml"; }
  Path events() const { return root / "events.jsonl"; }
  Path control() const { return root / "control.jsonl"; }
  Path log() const { return root / "log.txt"; }
  Path checkpoints() const { return root / "checkpoints"; }
  Path captures() const { return root / "captures"; }
  Path exports() const { return root / "exports"; }
  Path state() const {
    return root / "run.json";
  }  ///< id, recipe id, arm, seed, profile, created, host
  std::string id() const { return root.filename().string(); }
  /// Creates the folder tree; Error when it exists with content or `id` is no plain file name. A
  /// failure leaves nothing.
  static RunFolder create(const Path& runs, const std::string& id);
  static RunFolder open(const Path& root);  ///< Error when it is no run folder
};

/// Writes events.jsonl. Lines wait for the first write a second after the last flush; `important`
/// ones reach the disk at once. After an Error (disk full) nothing is lost: the lines wait for the
/// next write or flush. Opening it makes this process the writer of the run: temporary files that a
/// killed one left in the run folder are removed.
class EventWriter {
 public:
  explicit EventWriter(const Path& file);
  void write(const std::string& kind, Json fields, bool important = false);
  void flush();

 private:
  AppendFile file_;
  double last_flush_ = 0;
};

/// Tails an event log: each poll returns the whole new lines as parsed events; garbage lines are
/// counted, not fatal.
class EventReader {
 public:
  explicit EventReader(Path file);
  std::vector<Json> poll();
  std::int64_t garbage_lines() const { return garbage_; }

 private:
  Path file_;
  std::uintmax_t offset_ = 0;
  std::string partial_;
  std::int64_t garbage_ = 0;
};

/// Commands to a running worker: one JSON object a line, {"command": "stop" | "checkpoint" |
/// "capture" | "pause"}.
void send_control(const RunFolder& folder, const Json& command);

}  // namespace warmstart
