#include "views/look/plot.h"

#include <QApplication>

#include "views/look/theme.h"

namespace warmstart::look {

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
  QColor grid = line();
  grid.setAlphaF(0.6F);
  for (QCPAxis* axis : {xAxis, yAxis, xAxis2, yAxis2}) {
    paintAxis(*axis);
    axis->grid()->setPen(QPen(grid, 1));
    axis->grid()->setZeroLinePen(Qt::NoPen);
  }
}

void Plot::changeEvent(QEvent* event) {
  QCustomPlot::changeEvent(event);
  if (event->type() != QEvent::PaletteChange) return;
  paintFrame();
  replot(rpQueuedReplot);
}

void Plot::resizeEvent(QResizeEvent* /*event*/) {
  setViewport(rect());
  replot(rpQueuedReplot);
  emit resized();
}

}  // namespace warmstart::look
