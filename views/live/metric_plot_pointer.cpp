// The pointer's side of a MetricPlot: cursor, read-out, choosing a step, and
// what is copied out.
#include <algorithm>
#include <cmath>

#include "views/live/metric_plot.h"

namespace warmstart::live {
namespace {

constexpr int kClickSlack = 4;  ///< pixels that a click may move

std::size_t nearestPlace(const ShownRun& run, const ScalarSeries& series, double x, XAxis axis) {
  std::size_t low = 0, high = series.size() - 1;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    run.x(series, middle, axis) < x ? low = middle + 1 : high = middle;
  }
  if (low > 0 && x - run.x(series, low - 1, axis) < run.x(series, low, axis) - x) --low;
  return low;
}

}  // namespace

void MetricPlot::setCursorAt(std::optional<double> x) {
  if (!isVisible() || visibleRegion().isEmpty()) return;
  const bool inside = x && xAxis->range().contains(*x);
  cursor_->setVisible(inside);
  read_out_->setVisible(inside);
  if (inside) {
    putLine(cursor_, *x);
    writeReadOut(*x);
  }
  layer(QStringLiteral("cursor"))->replot();
}

void MetricPlot::writeReadOut(double x) {
  QStringList lines = marksNear(x);
  for (const std::vector<ShownRun*>& group : groups()) {
    const ShownRun* run = group.front();
    const ScalarSeries* series = seriesOf(*run);
    if (!series || series->size() == 0) continue;
    if (group.size() > 1) {
      const double half = xAxis->range().size() / std::max(axisRect()->width(), 64) / 2;
      for (const BandPoint& point : bandOf(group, {x - half, x + half, 1})) {
        lines.append(tr("%1: %2 \u00b1 %3 (n = %4)")
                         .arg(run->group, formatted(point.mean), formatted(point.deviation))
                         .arg(point.count));
      }
      continue;
    }
    const std::size_t at = nearestPlace(*run, *series, x, style_.axis);
    lines.append(tr("%1  step %2  %3")
                     .arg(run->name(), QLocale().toString(static_cast<qint64>(series->step[at])),
                          formatted(series->value[at])));
  }
  read_out_->setText(lines.join(QLatin1Char('\n')));
}

QString MetricPlot::formatted(double value) const {
  return std::isfinite(value) ? QLocale().toString(value, 'g', 5) : tr("not finite");
}

void MetricPlot::setChosenStep(qint64 step) {
  const bool shown = step >= 0 && style_.axis == XAxis::kStep;
  chosen_->setVisible(shown);
  if (shown) putLine(chosen_, static_cast<double>(step));
  if (isVisible()) drawSoon();
}

CsvTable MetricPlot::table() const {
  CsvTable table{"run,step,time," + QByteArray::fromStdString(metric_) + "\n", {}};
  addRows(table, false);
  return table;
}

void MetricPlot::addRows(CsvTable& table, bool with_metric) const {
  for (const auto& run : runs_) {
    const ScalarSeries* series = seriesOf(*run);
    if (!series) continue;
    QByteArray begin = run->feed().run().toUtf8() + ',';
    if (with_metric) begin += QByteArray::fromStdString(metric_) + ',';
    table.parts.push_back({begin, *series});
  }
}

void MetricPlot::mouseMoveEvent(QMouseEvent* event) {
  QCustomPlot::mouseMoveEvent(event);
  if (event->buttons() == Qt::NoButton) emit cursorMoved(xAxis->pixelToCoord(event->pos().x()));
}

void MetricPlot::mousePressEvent(QMouseEvent* event) {
  pressed_ = event->pos();
  QCustomPlot::mousePressEvent(event);
}

void MetricPlot::mouseReleaseEvent(QMouseEvent* event) {
  QCustomPlot::mouseReleaseEvent(event);
  const bool click = (event->pos() - pressed_).manhattanLength() <= kClickSlack;
  if (!click || event->button() != Qt::LeftButton || !axisRect()->rect().contains(pressed_)) return;
  const double x = xAxis->pixelToCoord(event->pos().x());
  for (const auto& run : runs_) {
    const ScalarSeries* series = seriesOf(*run);
    if (!series || series->size() == 0) continue;
    emit stepChosen(static_cast<qint64>(series->step[nearestPlace(*run, *series, x, style_.axis)]));
    return;
  }
}

void MetricPlot::mouseDoubleClickEvent(QMouseEvent*) { emit resetWanted(); }

void MetricPlot::leaveEvent(QEvent* event) {
  QCustomPlot::leaveEvent(event);
  emit cursorMoved({});
}

void MetricPlot::resizeEvent(QResizeEvent* /*event*/) {
  setViewport(rect());
  writeHeading();
  refresh();
}

void MetricPlot::showEvent(QShowEvent* event) {
  QCustomPlot::showEvent(event);
  drawNow();
}

void MetricPlot::changeEvent(QEvent* event) {
  Plot::changeEvent(event);
  if (event->type() != QEvent::PaletteChange) return;
  paintColours();
  refresh();
}

}  // namespace warmstart::live
