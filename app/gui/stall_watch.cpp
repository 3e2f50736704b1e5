#include "app/gui/stall_watch.h"

#include <QMetaObject>
#include <chrono>

namespace warmstart {

using Clock = std::chrono::steady_clock;

StallWatch::StallWatch() : thread_([this] { watch(); }) {}

StallWatch::~StallWatch() {
  stop_ = true;
  thread_.join();
}

void StallWatch::watch() {
  while (!stop_) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    const auto asked = Clock::now();
    bool counts = !paused_;
    echoed_ = false;
    QMetaObject::invokeMethod(
        this, [this] { echoed_ = true; }, Qt::QueuedConnection);
    while (!echoed_ && !stop_) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      counts = counts && !paused_;
    }
    const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - asked);
    if (counts && waited.count() > longest_) longest_ = static_cast<int>(waited.count());
  }
}

int StallWatch::takeLongest() { return longest_.exchange(0); }

}  // namespace warmstart
