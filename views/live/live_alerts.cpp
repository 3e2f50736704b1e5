#include "views/live/live_alerts.h"

#include <QtConcurrent>

#include "views/desk/notices.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"

namespace warmstart::live {
namespace {

constexpr int kLookMilliseconds = 1000;

struct Looked {
  std::vector<Alert> alerts;
  double free_share = 1;  ///< of the disk with the runs
};

Looked lookAt(AlertWatch& watch, const AlertSeries& series, const AlertSettings& settings,
              const Path& root) {
  Looked looked{watch.look(series, settings)};
  std::error_code code;
  const std::filesystem::space_info space = std::filesystem::space(root, code);
  if (!code && space.capacity > 0) {
    looked.free_share = static_cast<double>(space.available) / static_cast<double>(space.capacity);
  }
  return looked;
}

}  // namespace

LiveAlerts::LiveAlerts(Desk& desk, const ShownRuns& runs, QObject* parent)
    : QObject(parent), desk_(desk), runs_(runs) {
  timer_.setSingleShot(true);
  timer_.setInterval(kLookMilliseconds);
  connect(&timer_, &QTimer::timeout, this, &LiveAlerts::look);
}

void LiveAlerts::setSettings(const AlertSettings& settings) {
  if (settings == settings_) return;
  settings_ = settings;
  timer_.start();
}

void LiveAlerts::takeRuns() {
  for (const auto& run : runs_) {
    run->alerts = watched_[run->feed().run()].alerts;
    connect(&run->feed(), &RunFeed::grown, run.get(), [this] {
      if (!timer_.isActive()) timer_.start();
    });
  }
  timer_.start();
}

void LiveAlerts::look() {
  for (const auto& run : runs_) {
    const QString id = run->feed().run();
    Watched& watched = watched_[id];
    if (watched.at_work) continue;
    watched.at_work = true;
    ++at_work_;
    QtConcurrent::run([watch = watched.watch, series = alert_series(run->log()),
                       settings = settings_, root = desk_.session.root()] {
      return lookAt(*watch, series, settings, root);
    }).then(this, [this, id, step = run->log().step](Looked looked) {
      --at_work_;
      watched_[id].at_work = false;
      const auto disk = static_cast<std::size_t>(AlertRule::kDisk);
      if (settings_.on[disk] && !disk_told_ && looked.free_share < settings_.threshold[disk]) {
        disk_told_ = true;
        looked.alerts.push_back({AlertRule::kDisk, step, looked.free_share});
      }
      add(id, looked.alerts);
    });
  }
}

void LiveAlerts::add(const QString& id, const std::vector<Alert>& fresh) {
  Watched& watched = watched_[id];
  for (const Alert& alert : fresh) {
    watched.alerts.push_back(alert);
    QString name = id;
    for (const auto& run : runs_) {
      if (run->feed().run() != id) continue;
      name = run->name();
      run->alerts = watched.alerts;
    }
    const QString text = textOf(name, alert);
    const qint64 step = alert.step;
    emit desk_.notices.told({Notice::Level::kWarning, text, {}, tr("Show"), [this, id, step] {
                               if (desk_.selection.run() != id) desk_.selection.setRun(id);
                               desk_.selection.setStep(step);
                               emit desk_.selection.panelWanted(QStringLiteral("live"));
                             }});
    emit told(id, text, step);
  }
}

QString LiveAlerts::textOf(const QString& run, const Alert& alert) {
  const QString value = QLocale().toString(alert.value, 'g', 3);
  const QString percent = QLocale().toString(alert.value * 100, 'f', 0);
  const QString step = QLocale().toString(static_cast<qlonglong>(alert.step));
  switch (alert.rule) {
    case AlertRule::kNotFinite:
      return tr("%1: the loss is not a finite number at step %2").arg(run, step);
    case AlertRule::kPlateau:
      return tr("%1: no better validation in the last %2, at step %3").arg(run, value, step);
    case AlertRule::kGradient:
      return tr("%1: the gradient norm is %2 times its median at step %3").arg(run, value, step);
    case AlertRule::kSpike:
      return tr("%1: the loss is %2 times its median at step %3").arg(run, value, step);
    case AlertRule::kLoader:
      return tr("%1: %2 % of the time waits for the loader at step %3").arg(run, percent, step);
    case AlertRule::kDisk:
      return tr("%2 % of the disk with the runs is free (seen beside %1)").arg(run, percent);
  }
  return {};
}

}  // namespace warmstart::live
