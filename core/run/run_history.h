// What one run has said so far, in memory: every scalar as a series over global steps, and the
// rarer events as they stand in events.jsonl (see run_folder.h), with logical truncation applied.
// The window adds batches as its feed reads them; everybody else calls read_history().
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/run/event_batch_reader.h"
#include "core/run/scalar_series.h"

namespace warmstart {

struct RunFolder;

struct RunHistory {
  std::map<std::string, ScalarSeries> scalars;   ///< "loss", "loss.dice", "learning_rate", ...
  std::map<std::string, ScalarSeries> system;    ///< "system.cpu_cores", ...: what a worker takes
  std::map<std::string, ScalarSeries> measured;  ///< "test.dice.anterior": validation and measure
  std::vector<Json> stages, measures, validations, captures, checkpoints, warnings, statistics;
  Json start;                     ///< of the newest process: device, threads, arm, seed
  std::string state = "created";  ///< created, running, done, failed, stopped
  std::string error;              ///< of failed
  std::int64_t step = 0, total_steps = 0;
  std::int64_t garbage_lines = 0;
  /// Validations of a long run hold thousands of cases: a window keeps their numbers alone.
  bool keep_cases = true;

  /// Takes in what a reader found next. Events that are not as they should be count as garbage.
  void add(EventBatch&& batch);

 private:
  void cut_after(std::int64_t step);
  void add_event(Json&& event);
  void add_stage(Json&& event);
  void add_measured(Json&& event);
  void add_system(const Json& event);
  LineAxis lines_, measured_lines_, system_lines_;
};

/// Reads a whole log but its statistics. "created" when there is none yet; Error when it cannot be
/// read.
RunHistory read_history(const RunFolder& folder);

}  // namespace warmstart
