// The last word of a run's event log, read from its end alone: what the queue needs of a run that
// may be hours long.
#pragma once
#include <cstdint>
#include <string>

#include "core/run/run_folder.h"

namespace warmstart {

struct EventTail {
  bool spoke = false;            ///< an event later than `since` stands there
  std::string ending;            ///< done, failed, stopped; "" when the last word is none of them
  std::string error;             ///< of failed
  std::int64_t step = 0;         ///< counted over the stages
  std::int64_t total_steps = 0;  ///< 0 when that stands further up than the tail reaches
  double modified = 0;           ///< time of the last write, seconds since the epoch; 0 = no file
};

/// Events older than `since` (seconds since the epoch) count for step and total_steps only.
EventTail read_event_tail(const RunFolder& folder, double since);

/// The last `count` lines of log.txt, newest last; "" when there is none.
std::string last_log_lines(const RunFolder& folder, int count);

}  // namespace warmstart
