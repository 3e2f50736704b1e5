// Measures how long the GUI thread stands still: a thread posts a beat to it and waits for the
// echo. Used by the tour and by tests.
#pragma once
#include <QObject>
#include <atomic>
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
  std::atomic<bool> stop_ = false, paused_ = false, echoed_ = true;
  std::atomic<int> longest_ = 0;
  std::thread thread_;
};

}  // namespace warmstart
