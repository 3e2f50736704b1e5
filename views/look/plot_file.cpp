#include "views/look/plot_file.h"

#include <qcustomplot.h>

#include <QBuffer>
#include <QCoreApplication>
#include <QSvgGenerator>

#include "core/base/error.h"
#include "core/base/files.h"

namespace warmstart::look {
namespace {

QByteArray svgOf(QCustomPlot& plot, const QString& title) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  QSvgGenerator svg;
  svg.setOutputDevice(&buffer);
  svg.setSize(plot.size());
  svg.setViewBox(plot.rect());
  svg.setTitle(title);
  QCPPainter painter(&svg);
  painter.setMode(QCPPainter::pmVectorized);
  plot.toPainter(&painter);
  painter.end();
  return bytes;
}

QByteArray pngOf(QCustomPlot& plot) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  plot.toPixmap(0, 0, 2).save(&buffer, "PNG");
  return bytes;
}

}  // namespace

QString plotFileFilter() {
  return QCoreApplication::translate(
      "Look", "Picture (*.png);;Vector picture (*.svg);;Document (*.pdf);;Table (*.csv)");
}

bool isTable(const QString& file) {
  return file.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive);
}

void savePlot(QCustomPlot& plot, const QString& title, const QString& file) {
  const QString ending = QFileInfo(file).suffix().toLower();
  if (ending == QLatin1String("pdf")) {
    if (!plot.savePdf(file)) {
      throw Error{"cannot write the plot", file.toStdString(), "choose a folder you may write to",
                  ErrorKind::kMachine};
    }
    return;
  }
  QByteArray bytes;
  if (ending == QLatin1String("png")) {
    bytes = pngOf(plot);
  } else if (ending == QLatin1String("svg")) {
    bytes = svgOf(plot, title);
  } else {
    throw Error{"unknown kind of file", file.toStdString(), "end it in .png, .svg, .pdf or .csv"};
  }
  write_atomically(Path(file.toStdString()),
                   std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

}  // namespace warmstart::look
