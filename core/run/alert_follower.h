// Watches a running job by the end of its event log, for jobs that nobody has opened: what stood
// further up when it began is never read, and only what the rules look at is kept. One thread at a
// time. Made by the window for every job that runs.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/run/alerts.h"

namespace warmstart {

class AlertFollower {
 public:
  static constexpr std::uintmax_t kReach = 1 << 20;  ///< bytes before the log's end at first

  explicit AlertFollower(Path events) : file_(std::move(events)) { history_.keep_cases = false; }
  /// Reads what is new and says what the rules find in it: each rule once.
  std::vector<Alert> look(const AlertSettings& settings);
  std::int64_t step() const { return history_.step; }  ///< the newest that was read

 private:
  bool read_piece();
  void add(std::size_t length);
  Path file_;
  std::optional<std::uintmax_t> offset_;  ///< none before the first look at a log
  std::string text_;                      ///< begins with the torn last line of the piece before
  std::size_t partial_ = 0;               ///< its length
  std::int64_t line_step_ = -1;
  RunHistory history_;
  AlertWatch watch_;
};

}  // namespace warmstart
