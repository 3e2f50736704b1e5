#include "views/feed/run_feed.h"

#include <QtConcurrent>

namespace warmstart {
namespace {

constexpr int kLiveMilliseconds = 250;
constexpr int kRestMilliseconds = 1000;  // a finished run may be resumed or extended

RunHistory emptyHistory() {
  RunHistory history;
  history.keep_cases = false;
  return history;
}

}  // namespace

RunFeed::RunFeed(QString run, RunFolder folder)
    : run_(std::move(run)),
      folder_(std::move(folder)),
      log_(emptyHistory()),
      reader_(std::make_shared<EventBatchReader>(folder_.events())) {
  timer_.setSingleShot(true);
  connect(&timer_, &QTimer::timeout, this, &RunFeed::poll);
  connect(&watcher_, &QFutureWatcherBase::finished, this, &RunFeed::take);
  poll();
}

void RunFeed::poll() {
  watcher_.setFuture(QtConcurrent::run(
      [reader = reader_] { return std::make_shared<EventBatchReader::Poll>(reader->poll()); }));
}

void RunFeed::take() {
  const std::shared_ptr<EventBatchReader::Poll> poll = watcher_.result();
  if (poll->more) this->poll();  // the next piece is read while this one is added
  const QString problem = QString::fromStdString(poll->problem);
  if (poll->began_anew) log_ = emptyHistory();
  bool cut = poll->began_anew, news = poll->began_anew;
  for (EventBatch& batch : poll->batches) {
    cut |= batch.cut.has_value();
    news |= !batch.step.empty() || !batch.events.empty() || batch.garbage_lines > 0;
    log_.add(std::move(batch));
  }
  const bool first = !loaded_ && !poll->more;
  loaded_ |= !poll->more;
  if (!poll->more) timer_.start(log_.state == "running" ? kLiveMilliseconds : kRestMilliseconds);
  if (cut) emit restarted();
  if (news || first) emit grown();
  if (problem != problem_) {
    problem_ = problem;
    emit problemChanged(problem_);
  }
}

std::shared_ptr<RunFeed> RunFeeds::open(const QString& run) {
  if (std::shared_ptr<RunFeed> known = feeds_.value(run).lock()) return known;
  auto feed = std::make_shared<RunFeed>(run, RunFolder{runs_ / run.toStdString()});
  feeds_.insert(run, feed);
  return feed;
}

}  // namespace warmstart
