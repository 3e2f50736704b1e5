// The plots of the Live panel: made and removed, laid out, linked, saved.
#include <algorithm>

#include "core/base/error.h"
#include "views/desk/background.h"
#include "views/desk/notices.h"
#include "views/desk/selection.h"
#include "views/live/layer_lines.h"
#include "views/live/layers_view.h"
#include "views/live/live_panel.h"
#include "views/live/live_tool_bar.h"
#include "views/live/metric_list.h"
#include "views/live/range_popup.h"
#include "views/live/system_view.h"
#include "views/live/table_export.h"
#include "views/look/picture_file.h"
#include "views/look/theme.h"

namespace warmstart::live {

MetricPlot* LivePanel::newPlot(const std::string& metric) {
  auto* plot = new MetricPlot(metric, runs_, sheet_);
  plot->setPlotStyle(bar_->style());
  plot->setChosenStep(desk_.selection.step());
  connect(plot, &MetricPlot::windowChanged, this, [this, plot](const QCPRange& range) {
    for (MetricPlot* other : plots_) {
      if (other != plot) other->setWindow(range);
    }
  });
  connect(plot, &MetricPlot::cursorMoved, this, [this](std::optional<double> x) {
    for (MetricPlot* each : plots_) each->setCursorAt(x);
  });
  connect(plot, &MetricPlot::stepChosen, &desk_.selection, &Selection::setStep);
  connect(plot, &MetricPlot::resetWanted, bar_, &LiveToolBar::resetWanted);
  plot->setContextMenuPolicy(Qt::CustomContextMenu);
  connect(plot, &QWidget::customContextMenuRequested, this,
          [this, plot](const QPoint& at) { showMenu(*plot, plot->mapToGlobal(at)); });
  return plot;
}

void LivePanel::showPlot(const std::string& metric, bool on) {
  const auto known = std::find(chosen_.begin(), chosen_.end(), metric);
  if (on == (known != chosen_.end())) return;
  if (on) {
    chosen_.push_back(metric);
    plots_.push_back(newPlot(metric));
  } else {
    const auto at = known - chosen_.begin();
    plots_[static_cast<std::size_t>(at)]->deleteLater();
    plots_.erase(plots_.begin() + at);
    chosen_.erase(known);
  }
  metrics_->setChecked({chosen_.begin(), chosen_.end()});
  layOut();
}

void LivePanel::layOut() {
  while (QLayoutItem* item = grid_->takeAt(0)) delete item;
  for (int row = 0; row < grid_->rowCount(); ++row) grid_->setRowStretch(row, 0);
  const int columns = bar_->columns();
  for (int column = 0; column < std::max(columns, grid_->columnCount()); ++column)
    grid_->setColumnStretch(column, column < columns ? 1 : 0);
  for (int i = 0; i < static_cast<int>(plots_.size()); ++i) {
    MetricPlot* plot = plots_[static_cast<std::size_t>(i)];
    grid_->addWidget(plot, i / columns, i % columns);
    grid_->setRowStretch(i / columns, 1);
    plot->show();
  }
}

void LivePanel::showMenu(MetricPlot& plot, const QPoint& at) {
  QMenu menu;
  menu.addAction(tr("&Copy picture"),
                 [&plot] { QApplication::clipboard()->setPixmap(plot.toPixmap(0, 0, 2)); });
  menu.addAction(tr("Copy &numbers"), [this, &plot] { copyNumbers(plot); });
  menu.addAction(tr("&Save as..."), [this, &plot] { exportPlot(plot); });
  menu.addAction(tr("Axis &ranges..."), [&plot, at] {
    auto* popup = new RangePopup(plot.xAxis->range(), plot.yAxis->range(), &plot);
    connect(popup, &RangePopup::chosen, &plot, &MetricPlot::setRanges);
    popup->move(at);
    popup->show();
  });
  menu.addSeparator();
  menu.addAction(tr("&Remove plot"), [this, metric = plot.metric()] { showPlot(metric, false); });
  menu.exec(at);
}

void LivePanel::copyNumbers(const MetricPlot& plot) {
  inBackground(
      this, [table = plot.table()] { return table.text(); },
      [](const QByteArray& text) { QApplication::clipboard()->setText(QString::fromUtf8(text)); });
}

ExportPage LivePanel::shownPage() {
  if (tabs_->currentWidget() == layers_) {
    QCustomPlot* lower =
        layers_->lines()->isVisible() ? layers_->lines() : layers_->histogramPlot();
    return {layers_->sheet(), {layers_->heatMap(), lower}, {layers_->csv(), {}}};
  }
  const bool system = tabs_->currentWidget() == system_;
  const std::vector<MetricPlot*>& plots = system ? system_->plots() : plots_;
  ExportPage page{system ? system_->sheet() : sheet_, {}, {"run,metric,step,time,value\n", {}}};
  for (MetricPlot* plot : plots) {
    plot->drawNow();
    page.plots.push_back(plot);
    plot->addRows(page.table, true);
  }
  return page;
}

void LivePanel::exportShownPage() {
  const QString file = QFileDialog::getSaveFileName(
      this, tr("Save page"), QStringLiteral("live.png"), look::pictureFileFilter());
  if (file.isEmpty()) return;
  if (look::isTable(file)) return tables_->start(shownPage().table, file);
  try {
    look::savePicture(pictureOf(shownPage()), file);
  } catch (const Error& error) {
    desk_.notices.fail(error);
  }
}

void LivePanel::exportPlot(MetricPlot& plot) {
  const QString file = QFileDialog::getSaveFileName(
      this, tr("Save plot"), QString::fromStdString(plot.metric()) + QStringLiteral(".png"),
      look::pictureFileFilter());
  if (file.isEmpty()) return;
  if (look::isTable(file)) return tables_->start(plot.table(), file);
  try {
    look::savePicture(look::pictureOf(plot, QString::fromStdString(plot.metric())), file);
  } catch (const Error& error) {
    desk_.notices.fail(error);
  }
}

}  // namespace warmstart::live
