// The commands of the Live panel: what is saved, and how its plots are drawn. Those of the drawing
// are in the command palette; their keys act while the panel has the focus.
#include "views/desk/action_book.h"
#include "views/live/live_panel.h"
#include "views/live/live_tool_bar.h"

namespace warmstart::live {
namespace {

struct AxisCommand {
  const char *id, *key;
  XAxis axis;
};
constexpr std::array<AxisCommand, 4> kAxes{{{"live.axis_step", "1", XAxis::kStep},
                                            {"live.axis_samples", "2", XAxis::kSamples},
                                            {"live.axis_relative", "3", XAxis::kRelativeTime},
                                            {"live.axis_clock", "4", XAxis::kWallTime}}};

}  // namespace

void LivePanel::addActions() {
  desk_.actions.add({.id = QStringLiteral("live.reset"),
                     .menu = QStringLiteral("View"),
                     .text = tr("Show whole curves"),
                     .tip = tr("All live plots show everything again")},
                    this, [this] { emit bar_->resetWanted(); });
  desk_.actions.add(
      {.id = QStringLiteral("live.alerts"),
       .menu = QStringLiteral("View"),
       .text = tr("Alerts of running jobs..."),
       .tip = tr("Which rules watch running jobs and the shown runs, and their thresholds")},
      this, [this] { showAlertRules(); });
  desk_.actions.add({.id = QStringLiteral("live.export"),
                     .menu = QStringLiteral("Run"),
                     .text = tr("Save live plot..."),
                     .tip = tr("Saves the first live plot as picture, document or table"),
                     .icon = QStringLiteral("export")},
                    this, [this] {
                      if (!plots_.empty()) exportPlot(*plots_.front());
                    });
  desk_.actions.add({.id = QStringLiteral("live.export_page"),
                     .menu = QStringLiteral("Run"),
                     .text = tr("Save live page..."),
                     .tip = tr("Saves all plots of the shown page as picture, document or table"),
                     .icon = QStringLiteral("export")},
                    this, [this] { exportShownPage(); });
  addStyleActions();
  addPageActions();
}

QAction* LivePanel::addStyleAction(const char* id, const QString& text, const QString& tip,
                                   const char* key, std::function<void()> act) {
  return desk_.actions.add(
      {.id = QString::fromLatin1(id),
       .menu = QString(),
       .text = text,
       .tip = tip,
       .shortcut = QKeySequence(QString::fromLatin1(key)),
       .icon = {}},
      this,
      [this, act = std::move(act)] {
        act();
        showStyle();  // a key on what is chosen already has unchecked it
      },
      Qt::WidgetWithChildrenShortcut);
}

void LivePanel::addStyleActions() {
  const std::array<QString, 4> axes{tr("Live curves over steps"), tr("Live curves over samples"),
                                    tr("Live curves over relative time"),
                                    tr("Live curves over the time of day")};
  for (std::size_t i = 0; i < kAxes.size(); ++i) {
    addStyleAction(kAxes[i].id, axes[i], tr("Horizontal axis of all plots"), kAxes[i].key,
                   [this, axis = kAxes[i].axis] { bar_->setAxis(axis); })
        ->setCheckable(true);
  }
  addStyleAction("live.log", tr("Logarithmic live curves"),
                 tr("Vertical axes count powers of ten, or not"), "L",
                 [this] { bar_->toggleLog(); })
      ->setCheckable(true);
  addStyleAction("live.mean", tr("Mean of seeds in live curves"),
                 tr("Runs that differ in their seed as one line with a band"), "M",
                 [this] { bar_->toggleMean(); })
      ->setCheckable(true);
  addStyleAction("live.smoother", tr("Smoother live curves"),
                 tr("A longer time constant of the moving average"), "]",
                 [this] { bar_->smoothBy(1); });
  addStyleAction("live.rougher", tr("Less smooth live curves"),
                 tr("A shorter time constant of the moving average"), "[",
                 [this] { bar_->smoothBy(-1); });
  addStyleAction("live.raw", tr("Live curves without smoothing"), tr("Every point as measured"),
                 "0", [this] { bar_->smoothBy(-bar_->kNotches); });
  addStyleAction("live.more_columns", tr("More columns of live plots"),
                 tr("One more plot side by side"), "+",
                 [this] { bar_->setColumns(bar_->columns() + 1); });
  addStyleAction("live.fewer_columns", tr("Fewer columns of live plots"),
                 tr("One plot less side by side"), "-",
                 [this] { bar_->setColumns(bar_->columns() - 1); });
  connect(bar_, &LiveToolBar::changed, this, &LivePanel::showStyle);
  showStyle();
}

void LivePanel::addPageActions() {
  const std::array<QString, 3> names{tr("Live: curves"), tr("Live: layers"), tr("Live: system")};
  const QStringList stops = tourStops();
  for (int page = 0; page < static_cast<int>(names.size()); ++page) {
    desk_.actions.add({.id = QStringLiteral("live.page_") + stops[page],
                       .menu = QString(),
                       .text = names.at(static_cast<std::size_t>(page)),
                       .tip = tr("A page of the Live panel")},
                      this, [this, page] {
                        emit wanted();
                        tabs_->setCurrentIndex(page);
                      });
  }
}

void LivePanel::showStyle() {
  const PlotStyle style = bar_->style();
  for (const AxisCommand& axis : kAxes)
    desk_.actions.find(QString::fromLatin1(axis.id))->setChecked(style.axis == axis.axis);
  desk_.actions.find(QStringLiteral("live.log"))->setChecked(style.log_y);
  desk_.actions.find(QStringLiteral("live.mean"))->setChecked(style.mean_of_seeds);
}

}  // namespace warmstart::live
