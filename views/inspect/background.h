// One thing computed at a time off the GUI thread for one view: a request that comes meanwhile
// waits, a newer one takes its place. Every result that is ready is handed over, so that something
// moves while the timeline plays faster than results come. Nothing waits for work whose view has
// gone: it owns what it reads, its result is dropped, and QApplication's end waits for it. GUI
// thread only.
#pragma once
#include <QFutureWatcher>
#include <QtConcurrent>
#include <functional>

namespace warmstart {

template <class Result>
class Background {
 public:
  explicit Background(std::function<void(const Result&)> done) : done_(std::move(done)) {
    QObject::connect(&watcher_, &QFutureWatcherBase::finished, &watcher_, [this] { take(); });
  }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// `work` owns all that it reads.
  void start(std::function<Result()> work) {
    waiting_ = std::move(work);
    if (!running_) next();
  }
  bool busy() const { return running_; }

 private:
  void next() {
    running_ = true;
    watcher_.setFuture(QtConcurrent::run(std::exchange(waiting_, nullptr)));
  }
  void take() {
    running_ = false;
    const Result result = watcher_.result();
    if (waiting_) next();
    done_(result);
  }
  std::function<void(const Result&)> done_;
  std::function<Result()> waiting_;
  QFutureWatcher<Result> watcher_;
  bool running_ = false;
};

}  // namespace warmstart
