// Measures how long the GUI thread stands still: a thread posts a beat to it and waits for the
// echo. Time in which the GUI thread was ready but other programs had the processor is not counted
// where the kernel tells it (Linux's schedstat): it says nothing about this program. Used by the
// tour and by tests. Made on the GUI thread.
#pragma once
#include <QObject>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>

namespace warmstart {

class StallWatch : public QObject {
  Q_OBJECT
 public:
  StallWatch();
  ~StallWatch() override;
  /// Milliseconds of the longest stall since the last call.
  int takeLongest();
  /// While set, stalls are not counted: the tour's own grabbing.
  void setPaused(bool paused) { paused_ = paused; }

 private:
  void watch();
  void echo();
  std::chrono::nanoseconds passedOver() const;
  const std::string schedule_;                   ///< file of the kernel's account of the GUI thread
  std::chrono::steady_clock::time_point asked_;  ///< of the beat under way
  std::chrono::nanoseconds passed_over_before_{};  ///< passedOver() at that time
  std::atomic<bool> stop_ = false, paused_ = false, counts_ = false, echoed_ = true;
  std::atomic<int> longest_ = 0;
  std::thread thread_;
};

}  // namespace warmstart
