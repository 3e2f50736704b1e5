#include "views/inspect/other_run.h"

#include <QtConcurrent>

#include "views/feed/run_feed.h"

namespace warmstart {

OtherRun::OtherRun(RunFeeds& feeds, QObject* parent) : QObject(parent), feeds_(feeds) {
  connect(&store_, &CaptureStore::opened, this, [this](const CapturePtr& capture) {
    capture_ = capture;
    problem_.clear();
    emit changed();
  });
  connect(&store_, &CaptureStore::failed, this, [this](const Path&, const Error& error) {
    capture_.reset();
    problem_ = QString::fromUtf8(error.what());
    emit changed();
  });
  connect(&folder_watcher_, &QFutureWatcherBase::finished, this, [this] {
    looking_ = false;
    in_folder_ = folder_watcher_.result();
    refreshList();
  });
}

OtherRun::~OtherRun() { folder_watcher_.waitForFinished(); }

void OtherRun::setRun(const QString& run, const QString& name) {
  name_ = name;
  if (run == run_) return;
  run_ = run;
  if (feed_) feed_->disconnect(this);
  feed_.reset();
  store_.clear();
  in_folder_.clear(), entries_.clear();
  capture_.reset(), asked_.clear(), problem_.clear();
  if (run.isEmpty()) return;
  feed_ = feeds_.open(run);
  connect(feed_.get(), &RunFeed::grown, this, &OtherRun::refreshList);
  connect(feed_.get(), &RunFeed::restarted, this, [this] {
    store_.clear();
    asked_.clear();
  });
  looking_ = true;
  folder_watcher_.setFuture(QtConcurrent::run(&capturesOfFolder, feed_->folder().root));
  refreshList();
}

const RunHistory& OtherRun::log() const { return feed_->log(); }

bool OtherRun::settled() const {
  return !feed_ || (feed_->loaded() && !looking_ && !store_.busy());
}

void OtherRun::refreshList() {
  if (!feed_) return;
  entries_ = joinedCaptures(capturesOfLog(feed_->log(), feed_->folder().root), in_folder_);
  find();
}

void OtherRun::want(const QString& inspector, qint64 step) {
  inspector_ = inspector, step_ = step;
  find();
}

void OtherRun::find() {
  if (!feed_ || inspector_.isEmpty()) return;
  Path file;
  for (const CaptureEntry& entry : entries_) {
    if (entry.name == inspector_ && entry.step <= step_) file = entry.file;
  }
  if (file.empty()) {
    // What is still being read may hold it.
    return feed_->loaded() && !looking_ ? showProblem(nothingFound()) : showProblem({});
  }
  if (file == asked_) return;
  asked_ = file;
  store_.request(file);
}

void OtherRun::showProblem(const QString& problem) {
  const bool other = capture_ || problem != problem_;
  capture_.reset(), asked_.clear();
  problem_ = problem;
  if (other) emit changed();
}

QString OtherRun::nothingFound() const {
  if (!feed_->problem().isEmpty()) return feed_->problem();
  for (const CaptureEntry& entry : entries_) {
    if (entry.name != inspector_) continue;
    return tr("Nothing to compare: %1 has no capture of \"%2\" at step %L3 or before; its first is "
              "at step %L4.")
        .arg(name_, inspector_)
        .arg(step_)
        .arg(entry.step);
  }
  return tr("Nothing to compare: %1 has no captures of \"%2\". Its recipe would have to name that "
            "inspector under \"capture:\".")
      .arg(name_, inspector_);
}

}  // namespace warmstart
