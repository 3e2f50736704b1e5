// The folder of one run, and its event log: the only channel from a worker to whoever watches.
// Append-only, one writer; a torn last line is ignored. After a resume at step k the log carries
// {"event":"resume","stage":s,"step":k} and readers drop what was logged later than that before it
// (logical truncation; "global_step" decides). A step that is not later than the one before it says
// the same without a resume: its process began again.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
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
/// next write or flush. Every line: {"event": kind, "time": seconds since epoch, ...}. Kinds: start
/// resume stage step statistics histogram measure validation capture checkpoint warning progress
/// failed stopped done.
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

/// A scalar series: parallel vectors, in step order.
struct Series {
  std::vector<std::int64_t> step;  ///< global step: counts on over the stages of the arm
  std::vector<double> value;
  std::vector<double> time;
};

/// Everything a reader wants to know of a run, with logical truncation applied.
struct RunHistory {
  std::map<std::string, Series>
      scalars;  ///< "loss", "learning_rate", "gradient_norm", "loss.dice", ...
  std::vector<Json> stages, measures, validations, captures, checkpoints, warnings;
  std::string state;  ///< running, done, failed, stopped, created
  std::string error;
  std::int64_t step = 0, total_steps = 0;
  std::int64_t garbage_lines = 0;
};
RunHistory read_history(const RunFolder& folder);

/// Commands to a running worker: one JSON object a line, {"command": "stop" | "checkpoint" |
/// "capture" | "pause"}.
void send_control(const RunFolder& folder, const Json& command);

}  // namespace warmstart
