#include "views/look/plot.h"

#include <QApplication>
#include <QPointer>
#include <QTimer>
#include <deque>

#include "views/look/theme.h"

namespace warmstart::look {
namespace {

std::deque<QPointer<Plot>> waiting_plots;

}  // namespace

QColor withOpacity(QColor colour, double opacity) {
  colour.setAlphaF(static_cast<float>(opacity));
  return colour;
}

Plot::Plot(QWidget* parent) : QCustomPlot(parent) { paintFrame(); }

void Plot::paintAxis(QCPAxis& axis) {
  axis.setLabelColor(QApplication::palette().color(QPalette::Text));
  axis.setTickLabelColor(faint());
  axis.setBasePen(QPen(line()));
  axis.setTickPen(QPen(line()));
  axis.setSubTickPen(Qt::NoPen);
  axis.setLabelFont(QApplication::font());
  axis.setTickLabelFont(QApplication::font());
}

void Plot::paintFrame() {
  setBackground(QBrush(surface()));
  const QColor grid = withOpacity(line(), 0.6);
  for (QCPAxis* axis : {xAxis, yAxis, xAxis2, yAxis2}) {
    paintAxis(*axis);
    axis->grid()->setPen(QPen(grid, 1));
    axis->grid()->setZeroLinePen(Qt::NoPen);
  }
}

void Plot::drawSoon() {
  if (waits_) return;
  waits_ = true;
  std::erase_if(waiting_plots, [](const QPointer<Plot>& plot) { return plot.isNull(); });
  waiting_plots.push_back(this);
  if (waiting_plots.size() == 1) QTimer::singleShot(0, qApp, &Plot::drawNext);
}

void Plot::drawNext() {
  std::erase_if(waiting_plots, [](const QPointer<Plot>& plot) { return plot.isNull(); });
  if (waiting_plots.empty()) return;
  Plot* plot = waiting_plots.front();
  waiting_plots.pop_front();
  plot->waits_ = false;
  plot->replot(rpQueuedRefresh);
  if (!waiting_plots.empty()) QTimer::singleShot(0, qApp, &Plot::drawNext);
}

void Plot::changeEvent(QEvent* event) {
  QCustomPlot::changeEvent(event);
  if (event->type() != QEvent::PaletteChange) return;
  paintFrame();
  drawSoon();
}

void Plot::resizeEvent(QResizeEvent* /*event*/) {
  setViewport(rect());
  drawSoon();
  emit resized();
}

}  // namespace warmstart::look
