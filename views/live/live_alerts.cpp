#include "views/live/live_alerts.h"

#include <algorithm>

#include "views/desk/background.h"
#include "views/desk/notices.h"
#include "views/desk/run_name.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"

namespace warmstart::live {
namespace {

constexpr int kShownMilliseconds = 1000;

}  // namespace

LiveAlerts::LiveAlerts(Desk& desk, const ShownRuns& runs, QObject* parent)
    : QObject(parent), desk_(desk), runs_(runs), jobs_(new JobAlerts(desk, this)) {
  timer_.setSingleShot(true);
  timer_.setInterval(kShownMilliseconds);
  connect(&timer_, &QTimer::timeout, this, &LiveAlerts::look);
  connect(jobs_, &JobAlerts::looked, this, &LiveAlerts::take);
}

void LiveAlerts::setSettings(const AlertSettings& settings) {
  if (settings == settings_) return;
  settings_ = settings;
  jobs_->setSettings(settings);
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
    inBackground(
        this,
        [id, step = run->log().step, watch = watched.watch, series = alert_series(run->log()),
         settings = settings_, root = desk_.session.root()] {
          return AlertLook{id, step, watch->look(series, settings), freeShare(root)};
        },
        [this](const AlertLook& look) {
          --at_work_;
          watched_[look.run].at_work = false;
          take(look);
        });
  }
}

/// A run that is shown and runs as a job is looked at twice, and told of once.
void LiveAlerts::take(const AlertLook& look) {
  for (const Alert& alert : look.alerts) tell(look.run, alert);
  const auto disk = static_cast<std::size_t>(AlertRule::kDisk);
  if (!settings_.on[disk] || disk_told_ || look.free_share >= settings_.threshold[disk]) return;
  disk_told_ = true;
  tell(look.run, {AlertRule::kDisk, look.step, look.free_share});
}

void LiveAlerts::tell(const QString& id, const Alert& alert) {
  std::vector<Alert>& known = watched_[id].alerts;
  if (std::any_of(known.begin(), known.end(),
                  [&](const Alert& old) { return old.rule == alert.rule; }))
    return;
  known.push_back(alert);
  for (const auto& run : runs_) {
    if (run->feed().run() == id) run->alerts = known;
  }
  const QString text = textOf(runName(desk_.session, id), alert);
  const qint64 step = alert.step;
  emit desk_.notices.told({Notice::Level::kWarning, text, {}, tr("Show"), [this, id, step] {
                             if (desk_.selection.run() != id) desk_.selection.setRun(id);
                             desk_.selection.setStep(step);
                             emit desk_.selection.panelWanted(QStringLiteral("live"));
                           }});
  emit told(id, text, step);
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
