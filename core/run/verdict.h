// How a worker's end becomes its job's next state. Pure: no database, no processes; the runner
// gathers the facts.
#pragma once
#include <cstdint>
#include <string>

#include "core/run/event_tail.h"
#include "core/run/process.h"
#include "core/run/queue.h"

namespace warmstart {

/// What is known when a worker has ended.
struct EndFacts {
  ExitStatus status;           ///< unknown when it was adopted
  EventTail tail;              ///< of its events since the job started
  std::string request;         ///< pause, stop, cancel, ""
  bool over_time = false;      ///< the runner ended it for its time limit
  bool out_of_memory = false;  ///< the kernel ended processes for lack of memory meanwhile
  bool found_ended = false;    ///< it ended while no runner was watching
  std::int64_t restarts = 0, max_restarts = 0;
  double time_limit = 0;
  std::string log;  ///< its last lines
};

struct Verdict {
  JobState state = JobState::kQueued;
  bool count_restart = false;  ///< kQueued only
  std::string reason;          ///< the job's reason, or its note when it is queued again
};

Verdict judge_end(const EndFacts& facts);

}  // namespace warmstart
