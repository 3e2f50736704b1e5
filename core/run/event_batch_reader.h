// Reads an event log from where it stood the last time, as fast as a disk gives it: scalars come as
// columns, the rarer events as JSON. Plain values, so that one thread may read while another adds
// the batches to a RunHistory.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/base/json.h"
#include "core/run/line_axis.h"

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

/// One thread at a time.
class EventBatchReader {
 public:
  /// Events of the kinds in `passed_over` are not even looked at.
  explicit EventBatchReader(Path file, std::set<std::string, std::less<>> passed_over = {})
      : file_(std::move(file)), passed_over_(std::move(passed_over)) {}

  struct Poll {
    std::vector<EventBatch> batches;
    bool more = false;        ///< the file has more than one poll takes
    bool began_anew = false;  ///< the file was replaced by a shorter one: forget what was read
    std::string problem;      ///< the folder is gone, or the file cannot be read
  };
  /// Takes up to 8 MiB of whole lines. A last line without its end waits for the next poll.
  Poll poll();

 private:
  std::size_t read_new_text(Poll& poll);
  void parse_lines(std::size_t length, Poll& poll);
  Path file_;
  std::set<std::string, std::less<>> passed_over_;
  std::uintmax_t offset_ = 0;
  std::vector<char> text_;   ///< begins with the torn last line of the poll before
  std::size_t partial_ = 0;  ///< its length
  std::int64_t step_ = -1;   ///< of the last step line
};

}  // namespace warmstart
