#include "views/inspect/run_captures.h"

#include <QtConcurrent>

#include "views/feed/run_feed.h"

namespace warmstart {

RunCaptures::RunCaptures(RunFeeds& feeds, QObject* parent) : QObject(parent), feeds_(feeds) {
  connect(&folder_watcher_, &QFutureWatcherBase::finished, this, [this] {
    looking_ = false;
    in_folder_ = folder_watcher_.result();
    emit changed();
  });
}

RunCaptures::~RunCaptures() { folder_watcher_.waitForFinished(); }

void RunCaptures::setRun(const QString& run) {
  if (feed_) feed_->disconnect(this);
  store_.clear();
  in_folder_.clear();
  feed_ = run.isEmpty() ? nullptr : feeds_.open(run);
  looking_ = feed_ != nullptr;
  if (!feed_) return;
  folder_watcher_.setFuture(QtConcurrent::run(&capturesOfFolder, feed_->folder().root));
  connect(feed_.get(), &RunFeed::grown, this, &RunCaptures::changed);
  connect(feed_.get(), &RunFeed::restarted, this, [this] {
    store_.clear();
    emit restarted();
  });
}

CaptureEntries RunCaptures::entries() const {
  if (!feed_) return {};
  return joinedCaptures(capturesOfLog(feed_->log(), feed_->folder().root), in_folder_);
}

bool RunCaptures::listed() const { return !feed_ || (feed_->loaded() && !looking_); }

}  // namespace warmstart
