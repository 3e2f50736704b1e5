#include "views/live/live_alerts.h"

#include <algorithm>
#include <utility>

#include "core/run/workspace.h"
#include "views/desk/background.h"
#include "views/desk/notices.h"
#include "views/desk/run_name.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"

namespace warmstart::live {
namespace {

constexpr int kShownMilliseconds = 1000, kNoticeMilliseconds = 1000;
constexpr double kNewsSeconds = 60;    ///< after its end a run is history
constexpr qsizetype kMostNotices = 3;  ///< of one rule at once; more are said in one sentence
constexpr qsizetype kMostNames = 10;

}  // namespace

LiveAlerts::LiveAlerts(Desk& desk, const ShownRuns& runs, QObject* parent)
    : QObject(parent), desk_(desk), runs_(runs), jobs_(new JobAlerts(desk, this)) {
  timer_.setSingleShot(true);
  timer_.setInterval(kShownMilliseconds);
  connect(&timer_, &QTimer::timeout, this, &LiveAlerts::look);
  gather_.setSingleShot(true);
  gather_.setInterval(kNoticeMilliseconds);
  connect(&gather_, &QTimer::timeout, this, &LiveAlerts::sayGathered);
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
  if (isNews(id)) gathered_.emplace_back(id, alert);
  if (!gathered_.empty() && !gather_.isActive()) gather_.start();
  emit told(id, textOf(runName(desk_.session, id), alert), alert.step);
}

bool LiveAlerts::isNews(const QString& id) const {
  const RunRecord* record = desk_.session.index().findRun(id);
  return !record || record->ended == 0 || now_seconds() - record->ended < kNewsSeconds;
}

void LiveAlerts::sayGathered() {
  const auto gathered = std::exchange(gathered_, {});
  std::map<AlertRule, QStringList> runs;
  for (const auto& [id, alert] : gathered) runs[alert.rule] << id;
  for (const auto& [id, alert] : gathered) {
    if (runs[alert.rule].size() <= kMostNotices) say(id, alert);
  }
  for (const auto& [rule, ids] : runs) {
    if (ids.size() > kMostNotices) sayOfAll(ids, rule);
  }
}

void LiveAlerts::say(const QString& id, const Alert& alert) {
  const QString text = textOf(runName(desk_.session, id), alert);
  const qint64 step = alert.step;
  emit desk_.notices.told({Notice::Level::kWarning, text, {}, tr("Show"), [this, id, step] {
                             if (desk_.selection.run() != id) desk_.selection.setRun(id);
                             desk_.selection.setStep(step);
                             emit desk_.selection.panelWanted(QStringLiteral("live"));
                           }});
}

void LiveAlerts::sayOfAll(const QStringList& runs, AlertRule rule) {
  QStringList names;
  for (const QString& id : runs.first(std::min(runs.size(), kMostNames)))
    names << runName(desk_.session, id);
  if (const qsizetype more = runs.size() - names.size(); more > 0)
    names << tr("and %L1 more").arg(more);
  emit desk_.notices.told({Notice::Level::kWarning, textOf(runs.size(), rule),
                           names.join(QLatin1Char('\n')), tr("Show"), [this, runs] {
                             desk_.selection.setRuns(runs);
                             emit desk_.selection.panelWanted(QStringLiteral("runs"));
                           }});
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

QString LiveAlerts::textOf(qsizetype runs, AlertRule rule) {
  const QString count = QLocale().toString(static_cast<qlonglong>(runs));
  switch (rule) {
    case AlertRule::kNotFinite:
      return tr("%1 runs: the loss is not a finite number").arg(count);
    case AlertRule::kPlateau:
      return tr("%1 runs: no better validation for long").arg(count);
    case AlertRule::kGradient:
      return tr("%1 runs: the gradient norm is far above its median").arg(count);
    case AlertRule::kSpike:
      return tr("%1 runs: the loss is far above its median").arg(count);
    case AlertRule::kLoader:
      return tr("%1 runs: much of the time waits for the loader").arg(count);
    case AlertRule::kDisk:
      return tr("%1 runs: the disk is nearly full").arg(count);
  }
  return {};
}

}  // namespace warmstart::live
