#include "views/look/plot_axis.h"

#include <qcustomplot.h>

#include <QApplication>

#include "views/look/theme.h"

namespace warmstart::look {

void paintAxis(QCPAxis& axis) {
  axis.setLabelColor(QApplication::palette().color(QPalette::Text));
  axis.setTickLabelColor(faint());
  axis.setBasePen(QPen(line()));
  axis.setTickPen(QPen(line()));
  axis.setSubTickPen(Qt::NoPen);
}

}  // namespace warmstart::look
