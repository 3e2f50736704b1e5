#include "views/live/page_export.h"

#include <QBuffer>
#include <QPdfWriter>
#include <QSvgGenerator>

#include "core/base/error.h"
#include "core/base/files.h"
#include "views/look/theme.h"

namespace warmstart::live {
namespace {

void paintPage(const ExportPage& page, QCPPainter& painter, bool vectors) {
  if (vectors) painter.setMode(QCPPainter::pmVectorized);
  painter.fillRect(QRect(QPoint(), page.sheet->size()),
                   page.sheet->palette().color(QPalette::Window));
  for (QCustomPlot* plot : page.plots) {
    painter.save();
    painter.translate(plot->mapTo(page.sheet, QPoint()));
    plot->toPainter(&painter, plot->width(), plot->height());
    painter.restore();
  }
}

QByteArray pagePng(const ExportPage& page) {
  constexpr qreal kScale = 2;
  QImage image(page.sheet->size() * kScale, QImage::Format_RGB32);
  image.setDevicePixelRatio(kScale);
  QCPPainter painter;
  painter.begin(&image);
  paintPage(page, painter, false);
  painter.end();
  QByteArray bytes;
  QBuffer buffer(&bytes);
  image.save(&buffer, "PNG");
  return bytes;
}

QByteArray pageSvg(const ExportPage& page) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  QSvgGenerator svg;
  svg.setOutputDevice(&buffer);
  svg.setSize(page.sheet->size());
  svg.setViewBox(QRect(QPoint(), page.sheet->size()));
  QCPPainter painter;
  painter.begin(&svg);
  paintPage(page, painter, true);
  painter.end();
  return bytes;
}

QByteArray pagePdf(const ExportPage& page) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter pdf(&buffer);
  constexpr int kDotsPerInch = 96;
  pdf.setResolution(kDotsPerInch);
  pdf.setPageMargins(QMarginsF());
  pdf.setPageSize(QPageSize(QSizeF(page.sheet->size()) / kDotsPerInch, QPageSize::Inch));
  QCPPainter painter;
  painter.begin(&pdf);
  paintPage(page, painter, true);
  painter.end();
  return bytes;
}

}  // namespace

void savePage(const ExportPage& page, const QString& file) {
  const QString ending = QFileInfo(file).suffix().toLower();
  QByteArray bytes;
  if (ending == QLatin1String("png")) {
    bytes = pagePng(page);
  } else if (ending == QLatin1String("svg")) {
    bytes = pageSvg(page);
  } else if (ending == QLatin1String("pdf")) {
    bytes = pagePdf(page);
  } else {
    throw Error{"unknown kind of file", file.toStdString(), "end it in .png, .svg, .pdf or .csv"};
  }
  write_atomically(Path(file.toStdString()),
                   std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

}  // namespace warmstart::live
