// Follows the event logs of the jobs that run, and of no others: their step, rate and time left
// come from there between two looks at the index. Owned by the queue panel; stopped while it is
// hidden.
#pragma once
#include <QObject>
#include <map>
#include <memory>

#include "views/desk/desk.h"
#include "views/queue/queue_model.h"

namespace warmstart {

class RunFeed;
struct RunHistory;

/// From the newest steps of a log: at most 50, so that the rate follows a change of speed.
LiveProgress liveProgress(const RunHistory& log);

class LiveJobs : public QObject {
  Q_OBJECT
 public:
  LiveJobs(Desk& desk, QObject* parent) : QObject(parent), desk_(desk) {}
  void follow(const QStringList& runs);

 signals:
  void progressed(const QString& run, const LiveProgress& progress);

 private:
  Desk& desk_;
  std::map<QString, std::shared_ptr<RunFeed>> feeds_;
};

}  // namespace warmstart
