// The captures of one run while it is shown: what its event log names and what lies in its folder,
// followed as the log grows, and the store that opens them. Used by the Inspect panel for the run
// shown and for the one beside it. GUI thread.
#pragma once
#include <QFutureWatcher>
#include <QObject>

#include "views/inspect/capture_list.h"
#include "views/inspect/capture_store.h"

namespace warmstart {

class RunFeed;
class RunFeeds;

class RunCaptures : public QObject {
  Q_OBJECT
 public:
  explicit RunCaptures(RunFeeds& feeds, QObject* parent = nullptr);
  ~RunCaptures() override;
  /// Forgets what was open and follows that run; "" = none. changed() comes for each part that has
  /// been read.
  void setRun(const QString& run);
  const std::shared_ptr<RunFeed>& feed() const { return feed_; }  ///< nullptr: no run
  /// As far as it has been read, each file once.
  CaptureEntries entries() const;
  /// Nothing more is to come of the run as it is now.
  bool listed() const;
  CaptureStore& store() { return store_; }
  bool settled() const { return listed() && !store_.busy(); }

 signals:
  void changed();    ///< entries() may hold more, or the log says more of the run
  void restarted();  ///< the run went back: what was recorded later is being written again

 private:
  RunFeeds& feeds_;
  CaptureStore store_;
  std::shared_ptr<RunFeed> feed_;
  QFutureWatcher<CaptureEntries> folder_watcher_;
  bool looking_ = false;  ///< the folder is being read
  CaptureEntries in_folder_;
};

}  // namespace warmstart
