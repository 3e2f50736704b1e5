#include "views/live/live_panel.h"

#include <algorithm>

#include "views/desk/banner.h"
#include "views/desk/empty_state.h"
#include "views/desk/run_name.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"
#include "views/live/alert_rules_popup.h"
#include "views/live/layers_view.h"
#include "views/live/live_alerts.h"
#include "views/live/live_tool_bar.h"
#include "views/live/metric_list.h"
#include "views/live/run_legend.h"
#include "views/live/system_view.h"
#include "views/live/table_export.h"
#include "views/look/theme.h"

namespace warmstart::live {
namespace {

const std::array<const char*, kAlertRules> kRuleKeys{"not_finite", "plateau", "gradient",
                                                     "spike",      "loader",  "disk"};

constexpr int kGatherMilliseconds = 40, kSlowestMilliseconds = 1000;

const RegisteredPanel live_panel{
    {.id = "live",
     .title = QT_TRANSLATE_NOOP("Panel", "Live"),
     .icon = "live",
     .order = 50,
     .shortcut = "Ctrl+5",
     .create = [](Desk& desk) -> Panel* { return new LivePanel(desk); }}};

}  // namespace

LivePanel::LivePanel(Desk& desk)
    : desk_(desk),
      pages_(new QStackedWidget(this)),
      tabs_(new QTabWidget(this)),
      empty_(new EmptyState(this)),
      banner_(new Banner(this)),
      cap_banner_(new Banner(this)),
      tables_(new TableExport(desk, this)),
      bar_(new LiveToolBar(this)),
      alerts_(new LiveAlerts(desk, runs_, this)),
      metrics_(new MetricList(this)),
      legend_(new RunLegend(this)),
      sheet_(new QWidget(this)),
      grid_(new QGridLayout(sheet_)) {
  gather_.setSingleShot(true);
  connect(&gather_, &QTimer::timeout, this, &LivePanel::refresh);
  connect(&desk.selection, &Selection::runsChanged, this, &LivePanel::takeRuns);
  connect(&desk.session, &Session::indexChanged, this, &LivePanel::nameRuns);
  connect(&desk.selection, &Selection::stepChanged, this, [this](qint64 step) {
    for (MetricPlot* plot : plots_) plot->setChosenStep(step);
    system_->setChosenStep(step);
  });
  connect(bar_, &LiveToolBar::changed, this, [this] {
    for (MetricPlot* plot : plots_) plot->setPlotStyle(bar_->style());
    system_->setPlotStyle(bar_->style());
    layOut();
  });
  connect(bar_, &LiveToolBar::resetWanted, this, [this] {
    for (MetricPlot* plot : plots_) plot->reset();
  });
  connect(alerts_, &LiveAlerts::told, this,
          [this](const QString& run, const QString& text, qint64 step) {
            alert_ = {run, text, step};
            showProblems();
            gather();
          });
  connect(metrics_, &MetricList::toggled, this, &LivePanel::showPlot);
  connect(legend_, &RunLegend::toggled, this, [this](int run, bool on) {
    runs_[static_cast<std::size_t>(run)]->visible = on;
    for (MetricPlot* plot : plots_) plot->refresh();
  });
  build();
  addActions();
  takeRuns();
}

void LivePanel::build() {
  empty_->setContent(QStringLiteral("live"), tr("Choose a run, or start one from the gallery."),
                     tr("Open the gallery"),
                     [this] { emit desk_.selection.panelWanted(QStringLiteral("gallery")); });
  auto* scroll = new QScrollArea(this);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidget(sheet_);
  grid_->setSpacing(look::kGrid);
  grid_->setContentsMargins(0, 0, look::kGrid, look::kGrid);
  auto* left = new QWidget(this);
  auto* column = new QVBoxLayout(left);
  column->setContentsMargins(look::kGrid, 0, 0, look::kGrid);
  column->addWidget(legend_);
  column->addWidget(metrics_, 1);
  auto* halves = new QSplitter(this);
  halves->addWidget(left);
  halves->addWidget(scroll);
  halves->setStretchFactor(1, 1);
  halves->setSizes({22 * look::kGrid, 80 * look::kGrid});
  auto* curves = new QWidget(this);
  auto* rows = new QVBoxLayout(curves);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(0);
  rows->addWidget(bar_);
  rows->addWidget(halves, 1);
  layers_ = new LayersView(desk_, this);
  system_ = new SystemView(runs_, this);
  connect(system_, &SystemView::stepChosen, &desk_.selection, &Selection::setStep);
  tabs_->setDocumentMode(true);
  tabs_->addTab(curves, tr("Curves"));
  tabs_->addTab(layers_, tr("Layers"));
  tabs_->addTab(system_, tr("System"));
  auto* page = new QWidget(this);
  auto* column_of_page = new QVBoxLayout(page);
  column_of_page->setContentsMargins(0, 0, 0, 0);
  column_of_page->addWidget(banner_);
  column_of_page->addWidget(cap_banner_);
  column_of_page->addWidget(tables_);
  column_of_page->addWidget(tabs_, 1);
  pages_->addWidget(empty_);
  pages_->addWidget(page);
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  whole->addWidget(pages_);
}

QStringList LivePanel::tourStops() const {
  return {QStringLiteral("curves"), QStringLiteral("layers"), QStringLiteral("system")};
}

void LivePanel::showTourStop(const QString& stop) {
  const QStringList stops = tourStops();
  tabs_->setCurrentIndex(std::max<int>(0, static_cast<int>(stops.indexOf(stop))));
}

/// Every run that is drawn is read whole: that waits until somebody looks.
void LivePanel::takeRuns() {
  runs_.clear();
  listed_ = 0;
  runs_stale_ = !isVisible();
  if (!runs_stale_) openRuns();
  alerts_->takeRuns();
  pages_->setCurrentIndex(desk_.selection.runs().isEmpty() ? 0 : 1);
  tellCap();
  legend_->setRuns(runs_);
  for (MetricPlot* plot : plots_) plot->showAll();
  system_->reset();
  refresh();
}

void LivePanel::openRuns() {
  int place = 0;
  for (const QString& id :
       desk_.selection.runs().first(std::min(most_runs_, desk_.selection.runs().size()))) {
    runs_.push_back(
        std::make_unique<ShownRun>(desk_.feeds.open(id), runName(desk_.session, id), place++));
    runs_.back()->group = runGroup(desk_.session, id);
    connectFeed(*runs_.back());
  }
}

/// A run that the program was started with is chosen before the index knows it.
void LivePanel::nameRuns() {
  bool renamed = false;
  for (const auto& run : runs_) {
    const QString& id = run->feed().run();
    const QString name = runName(desk_.session, id);
    if (name == run->name()) continue;
    run->setName(name);
    run->group = runGroup(desk_.session, id);
    renamed = true;
  }
  if (!renamed) return;
  legend_->setRuns(runs_);
  refresh();
}

void LivePanel::tellCap() {
  const qsizetype chosen = desk_.selection.runs().size();
  if (chosen <= most_runs_) return cap_banner_->clear();
  cap_banner_->show(Notice::Level::kInfo,
                    tr("The first %L1 of %L2 chosen runs are drawn.").arg(most_runs_).arg(chosen),
                    tr("Show &all"), [this, chosen] {
                      most_runs_ = chosen;
                      // Not at once: this is called by the button of the banner that goes.
                      QMetaObject::invokeMethod(this, &LivePanel::takeRuns, Qt::QueuedConnection);
                    });
}

void LivePanel::connectFeed(ShownRun& run) {
  const RunFeed* feed = &run.feed();
  // One connection a feed: a run that is chosen again has the same feed.
  disconnect(feed, nullptr, this, nullptr);
  connect(feed, &RunFeed::grown, this, &LivePanel::gather);
  connect(&run, &ShownRun::curveReady, this, &LivePanel::gather);
  connect(feed, &RunFeed::problemChanged, this, &LivePanel::showProblems);
}

void LivePanel::gather() {
  if (gather_.isActive()) return;
  // Drawing takes a ninth of the time at most, however many runs and plots
  // there are.
  double cost = refresh_milliseconds_;
  for (MetricPlot* plot : plots_) cost += plot->replotTime();
  gather_.start(std::clamp(static_cast<int>(cost * 8), kGatherMilliseconds, kSlowestMilliseconds));
}

void LivePanel::refresh() {
  stale_ = !isVisible();
  if (stale_) return;
  QElapsedTimer clock;
  clock.start();
  listMetrics();
  if (chosen_.empty()) chooseFirstPlots();
  for (MetricPlot* plot : plots_) plot->refresh();
  system_->refresh();
  showProblems();
  refresh_milliseconds_ = static_cast<double>(clock.nsecsElapsed()) * 1e-6;
}

void LivePanel::listMetrics() {
  // Names only ever come: as long as there are as many, they are the same.
  std::size_t count = 0;
  for (const auto& run : runs_) {
    count += run->log().scalars.size() + run->log().measured.size() + run->log().system.size();
  }
  if (count == listed_) return;
  listed_ = count;
  std::set<std::string> names;
  for (const auto& run : runs_) {
    for (const auto& [name, series] : run->log().scalars) names.insert(name);
    for (const auto& [name, series] : run->log().measured) names.insert(name);
  }
  metrics_->setMetrics(names);
  metrics_->setChecked({chosen_.begin(), chosen_.end()});
}

void LivePanel::showProblems() {
  QStringList problems;
  std::int64_t garbage = 0;
  for (const auto& run : runs_) {
    if (!run->feed().problem().isEmpty()) problems.append(run->feed().problem());
    garbage += run->log().garbage_lines;
  }
  constexpr qsizetype kMostProblems = 3;
  if (const qsizetype more = problems.size() - kMostProblems; more > 0)
    problems = problems.first(kMostProblems) << tr("and %L1 more runs").arg(more);
  if (!problems.isEmpty()) {
    banner_->show(Notice::Level::kError, problems.join(QLatin1Char('\n')));
  } else if (alert_) {
    banner_->show(Notice::Level::kWarning, alert_->text, tr("&Show"), [this] {
      const ShownAlert shown = *alert_;
      alert_.reset();
      if (!desk_.selection.runs().contains(shown.run)) desk_.selection.setRun(shown.run);
      desk_.selection.setStep(shown.step);
      // Not at once: this is called by the button of the banner that is to change.
      QMetaObject::invokeMethod(this, &LivePanel::showProblems, Qt::QueuedConnection);
    });
  } else if (garbage > 0) {
    banner_->show(Notice::Level::kInfo, tr("%n unreadable line(s)", nullptr, int(garbage)));
  } else {
    banner_->clear();
  }
}

void LivePanel::showAlertRules() {
  auto* popup = new AlertRulesPopup(alerts_->settings(), this);
  connect(popup, &AlertRulesPopup::changed, alerts_, &LiveAlerts::setSettings);
  popup->adjustSize();
  popup->move(mapToGlobal(rect().center()) - popup->rect().center());
  popup->show();
}

void LivePanel::changeEvent(QEvent* event) {
  Panel::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) legend_->setRuns(runs_);
}

void LivePanel::chooseFirstPlots() {
  for (const char* name : {"loss", "gradient_norm", "learning_rate"}) {
    if (std::any_of(runs_.begin(), runs_.end(),
                    [name](const auto& run) { return run->series(name) != nullptr; }))
      showPlot(name, true);
  }
}

bool LivePanel::settled() const {
  return !gather_.isActive() && !stale_ &&
         std::all_of(runs_.begin(), runs_.end(),
                     [](const auto& run) { return run->feed().loaded() && run->settled(); });
}

void LivePanel::showEvent(QShowEvent* event) {
  Panel::showEvent(event);
  if (runs_stale_) {
    takeRuns();
  } else if (stale_) {
    refresh();
  }
}

void LivePanel::saveState(QSettings& settings) const {
  bar_->save(settings);
  QStringList metrics;
  for (const std::string& metric : chosen_) metrics.append(QString::fromStdString(metric));
  settings.setValue(QStringLiteral("metrics"), metrics);
  for (std::size_t rule = 0; rule < kAlertRules; ++rule) {
    const QString key = QStringLiteral("alerts/") + QLatin1String(kRuleKeys[rule]);
    settings.setValue(key, alerts_->settings().on[rule]);
    settings.setValue(key + QStringLiteral("_threshold"), alerts_->settings().threshold[rule]);
  }
}

void LivePanel::restoreState(QSettings& settings) {
  bar_->restore(settings);
  for (const QString& name : settings.value(QStringLiteral("metrics")).toStringList())
    showPlot(name.toStdString(), true);
  AlertSettings alerts;
  for (std::size_t rule = 0; rule < kAlertRules; ++rule) {
    const QString key = QStringLiteral("alerts/") + QLatin1String(kRuleKeys[rule]);
    alerts.on[rule] = settings.value(key, alerts.on[rule]).toBool();
    alerts.threshold[rule] =
        settings.value(key + QStringLiteral("_threshold"), alerts.threshold[rule]).toDouble();
  }
  alerts_->setSettings(alerts);
}

}  // namespace warmstart::live
