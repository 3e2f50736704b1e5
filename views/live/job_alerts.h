// Watches every run of the workspace that is at work, shown or not, a job of the queue or started
// in a terminal: the end of each one's log is read every two seconds, all of them in one piece of
// work on another thread. Where nothing runs, nothing is read. Owned by LiveAlerts.
#pragma once
#include <QObject>
#include <QTimer>
#include <map>
#include <memory>

#include "core/run/alert_follower.h"
#include "views/desk/desk.h"

namespace warmstart::live {

/// What one look at a run found.
struct AlertLook {
  QString run;
  qint64 step = 0;  ///< the newest of the run
  std::vector<Alert> alerts;
  double free_share = 1;  ///< of the disk with the runs
};

/// 1 where it cannot be known.
double freeShare(const Path& root);

class JobAlerts : public QObject {
  Q_OBJECT
 public:
  JobAlerts(Desk& desk, QObject* parent);
  void setSettings(const AlertSettings& settings) { settings_ = settings; }
  std::size_t followed() const { return followed_.size(); }

 signals:
  void looked(const AlertLook& look);

 private:
  struct Followed {
    std::shared_ptr<AlertFollower> log;
    bool ended = false;  ///< is read once more: its last word may be why it ended
  };
  void follow();
  void look();
  Desk& desk_;
  AlertSettings settings_;
  std::map<QString, Followed> followed_;
  QTimer timer_;
  bool at_work_ = false;
};

}  // namespace warmstart::live
