// Watches the shown runs and all that are at work for what is worth a look
// (core/run/alerts.h), off the GUI thread and at most once a second. Owned by
// the Live panel; tells each rule once a run, also while the panel is hidden.
// What a rule finds in many runs within a second is one notice.
#pragma once
#include <QObject>
#include <QTimer>
#include <map>
#include <memory>

#include "views/desk/desk.h"
#include "views/live/job_alerts.h"
#include "views/live/metric_plot.h"

namespace warmstart::live {

class LiveAlerts : public QObject {
  Q_OBJECT
 public:
  LiveAlerts(Desk& desk, const ShownRuns& runs, QObject* parent);
  const AlertSettings& settings() const { return settings_; }
  void setSettings(const AlertSettings& settings);
  /// The runs are others: gives them what was told of them before, and looks
  /// again.
  void takeRuns();
  bool settled() const { return !timer_.isActive() && at_work_ == 0 && gathered_.empty(); }
  static QString textOf(const QString& run, const Alert& alert);
  /// The same of several runs.
  static QString textOf(qsizetype runs, AlertRule rule);

 signals:
  /// A new alert of the run with this id.
  void told(const QString& run, const QString& text, qint64 step);

 private:
  struct Watched {
    std::shared_ptr<AlertWatch> watch = std::make_shared<AlertWatch>();
    std::vector<Alert> alerts;  ///< told, one a rule at most
    bool at_work = false;
  };
  void look();
  void take(const AlertLook& look);
  void tell(const QString& run, const Alert& alert);
  /// What a run did that ended long ago is told in the Live panel alone.
  bool isNews(const QString& run) const;
  void sayGathered();
  void say(const QString& run, const Alert& alert);
  void sayOfAll(const QStringList& runs, AlertRule rule);
  Desk& desk_;
  const ShownRuns& runs_;
  JobAlerts* jobs_;
  AlertSettings settings_;
  std::map<QString, Watched> watched_;
  std::vector<std::pair<QString, Alert>> gathered_;  ///< by run: not yet among the notices
  QTimer timer_, gather_;
  int at_work_ = 0;
  bool disk_told_ = false;
};

}  // namespace warmstart::live
