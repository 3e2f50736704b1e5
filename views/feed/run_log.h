// What one run has said so far, in memory, for views: every scalar as a series over global steps,
// and the rarer events as they stand in events.jsonl (see core/run/run_folder.h). Plain values
// without Qt: EventBatch is what the reading thread hands over, RunLog what the GUI thread keeps.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/base/json.h"
#include "views/feed/scalar_series.h"

namespace warmstart {

/// A run of events without a roll-back inside.
struct EventBatch {
  /// The run went back to this step first: what is later does not count any more.
  std::optional<std::int64_t> cut;
  /// The points of one scalar, by the rows of `step`.
  struct Points {
    RowSet rows;
    std::vector<double> value;
  };
  std::vector<double> step, time;  ///< of each step line
  std::map<std::string, Points> scalars;
  std::vector<Json> events;  ///< all but "step", in order
  std::int64_t last_step = 0;
  std::int64_t garbage_lines = 0;
};

struct RunLog {
  std::map<std::string, ScalarSeries> scalars;  ///< "loss", "loss.dice", "learning_rate", ...
  std::map<std::string, ScalarSeries>
      validations;  ///< "test.dice.anterior": validation and measure
  std::vector<Json> stages, measures, captures, checkpoints, warnings, statistics;
  Json start;                     ///< device, threads, arm, seed
  std::string state = "created";  ///< created, running, done, failed, stopped
  std::string error;              ///< of failed
  std::int64_t step = 0, total_steps = 0;
  std::int64_t garbage_lines = 0;

  void add(EventBatch&& batch);

 private:
  void cut_after(std::int64_t step);
  void add_event(Json&& event);
  void add_stage(Json&& event);
  void add_validation(const Json& event);
  LineAxis lines_, validation_lines_;
};

/// Reads an event log from where it stood the last time. One thread at a time.
class EventBatchReader {
 public:
  explicit EventBatchReader(Path file) : file_(std::move(file)) {}

  struct Poll {
    std::vector<EventBatch> batches;
    bool more = false;        ///< the file has more than one poll takes
    bool began_anew = false;  ///< the file was replaced by a shorter one: forget what was read
    std::string problem;      ///< the folder is gone
  };
  /// Takes up to 8 MiB of whole lines.
  Poll poll();

 private:
  std::size_t read_new_text(Poll& poll);
  void parse_lines(std::size_t length, Poll& poll);
  Path file_;
  std::uintmax_t offset_ = 0;
  std::vector<char> text_;   ///< begins with the torn last line of the poll before
  std::size_t partial_ = 0;  ///< its length
  std::int64_t step_ = -1;   ///< of the last step line
};

}  // namespace warmstart
