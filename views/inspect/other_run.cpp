#include "views/inspect/other_run.h"

#include "views/feed/run_feed.h"

namespace warmstart {

OtherRun::OtherRun(RunFeeds& feeds, QObject* parent) : QObject(parent), captures_(feeds) {
  connect(&captures_.store(), &CaptureStore::opened, this, [this](const CapturePtr& capture) {
    capture_ = capture;
    problem_.clear();
    emit changed();
  });
  connect(&captures_.store(), &CaptureStore::failed, this, [this](const Path&, const Error& error) {
    capture_.reset();
    problem_ = QString::fromUtf8(error.what());
    emit changed();
  });
  connect(&captures_, &RunCaptures::changed, this, &OtherRun::refreshList);
  connect(&captures_, &RunCaptures::restarted, this, [this] { asked_.clear(); });
}

void OtherRun::setRun(const QString& run, const QString& name) {
  name_ = name;
  if (run == run_) return;
  run_ = run;
  entries_.clear();
  capture_.reset(), asked_.clear(), problem_.clear();
  captures_.setRun(run);
  refreshList();
}

const RunHistory& OtherRun::log() const { return captures_.feed()->log(); }

void OtherRun::refreshList() {
  if (!captures_.feed()) return;
  entries_ = captures_.entries();
  find();
}

void OtherRun::want(const QString& inspector, qint64 step) {
  inspector_ = inspector, step_ = step;
  find();
}

void OtherRun::find() {
  if (!captures_.feed() || inspector_.isEmpty()) return;
  Path file;
  for (const CaptureEntry& entry : entries_) {
    if (entry.name == inspector_ && entry.step <= step_) file = entry.file;
  }
  if (file.empty()) {
    // What is still being read may hold it.
    return captures_.listed() ? showProblem(nothingFound()) : showProblem({});
  }
  if (file == asked_) return;
  asked_ = file;
  captures_.store().request(file);
}

void OtherRun::showProblem(const QString& problem) {
  const bool other = capture_ || problem != problem_;
  capture_.reset(), asked_.clear();
  problem_ = problem;
  if (other) emit changed();
}

QString OtherRun::nothingFound() const {
  const QString& gone = captures_.feed()->problem();
  if (!gone.isEmpty()) return gone;
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
