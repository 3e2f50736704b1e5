#include "app/gui/stall_watch.h"

#include <unistd.h>

#include <QMetaObject>
#include <algorithm>
#include <fstream>

namespace warmstart {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

StallWatch::StallWatch()
    : schedule_("/proc/self/task/" + std::to_string(gettid()) + "/schedstat"),
      thread_([this] { watch(); }) {}

StallWatch::~StallWatch() {
  stop_ = true;
  thread_.join();
}

/// How long the GUI thread has waited for a processor since it began; 0 where the kernel keeps no
/// account.
nanoseconds StallWatch::passedOver() const {
  std::ifstream file(schedule_);
  std::int64_t ran = 0, waited = 0;
  return file >> ran >> waited ? nanoseconds(waited) : nanoseconds(0);
}

void StallWatch::watch() {
  while (!stop_) {
    std::this_thread::sleep_for(milliseconds(10));
    passed_over_before_ = passedOver();
    asked_ = Clock::now();
    counts_ = !paused_;
    echoed_ = false;
    QMetaObject::invokeMethod(this, &StallWatch::echo, Qt::QueuedConnection);
    while (!echoed_ && !stop_) {
      std::this_thread::sleep_for(milliseconds(1));
      if (paused_) counts_ = false;
    }
  }
}

/// On the GUI thread: its own clock, so that a late look of the watching thread adds nothing.
void StallWatch::echo() {
  const nanoseconds stood = Clock::now() - asked_ - (passedOver() - passed_over_before_);
  const int stood_ms = static_cast<int>(std::chrono::duration_cast<milliseconds>(stood).count());
  if (counts_ && !paused_) longest_ = std::max<int>(longest_, stood_ms);
  echoed_ = true;
}

int StallWatch::takeLongest() { return longest_.exchange(0); }

}  // namespace warmstart
