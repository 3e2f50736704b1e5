#include "views/live/page_export.h"

namespace warmstart::live {

look::Picture pictureOf(const ExportPage& page) {
  return {page.sheet->size(), page.sheet->accessibleName(),
          [sheet = page.sheet, plots = page.plots](QCPPainter& painter) {
            painter.fillRect(QRect(QPoint(), sheet->size()),
                             sheet->palette().color(QPalette::Window));
            for (QCustomPlot* plot : plots) {
              painter.save();
              painter.translate(plot->mapTo(sheet, QPoint()));
              plot->toPainter(&painter, plot->width(), plot->height());
              painter.restore();
            }
          }};
}

}  // namespace warmstart::live
