// Follows the event log of one run: reads it in the background and hands what is new to the GUI
// thread in batches. Views connect to grown() and redraw what they show; a hidden view does
// nothing.
//
//   std::shared_ptr<RunFeed> feed = desk.feeds.open(run);   // one feed a run, however many views
//   connect(feed.get(), &RunFeed::grown, this, &LossPlot::refresh);
#pragma once
#include <QFutureWatcher>
#include <QHash>
#include <QObject>
#include <QTimer>
#include <memory>

#include "core/run/run_folder.h"
#include "core/run/run_history.h"

namespace warmstart {

class RunFeed : public QObject {
  Q_OBJECT
 public:
  RunFeed(QString run, RunFolder folder);

  const QString& run() const { return run_; }
  const RunFolder& folder() const { return folder_; }
  const RunHistory& log() const { return log_; }
  /// What stood in the log at the beginning has been read.
  bool loaded() const { return loaded_; }
  /// "" or why the run cannot be read any more (its folder is gone).
  const QString& problem() const { return problem_; }

 signals:
  void grown();  ///< new events were added
  void
  restarted();  ///< the run went back: series were cut; comes before the grown() of the same batch
  void problemChanged(const QString& problem);

 private:
  void poll();
  void take();
  QString run_, problem_;
  RunFolder folder_;
  RunHistory log_;
  bool loaded_ = false;
  std::shared_ptr<EventBatchReader> reader_;
  QFutureWatcher<std::shared_ptr<EventBatchReader::Poll>> watcher_;
  QTimer timer_;
};

/// The open feeds, by run.
class RunFeeds : public QObject {
  Q_OBJECT
 public:
  explicit RunFeeds(Path runs, QObject* parent = nullptr)
      : QObject(parent), runs_(std::move(runs)) {}
  /// The feed lives as long as somebody holds it.
  std::shared_ptr<RunFeed> open(const QString& run);

 private:
  Path runs_;
  QHash<QString, std::weak_ptr<RunFeed>> feeds_;
};

}  // namespace warmstart
