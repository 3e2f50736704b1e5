#include "views/live/plot_export.h"

#include <QBuffer>
#include <QSvgGenerator>

#include "core/base/error.h"
#include "core/base/files.h"

namespace warmstart::live {
namespace {

QByteArray svgOf(MetricPlot& plot) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  QSvgGenerator svg;
  svg.setOutputDevice(&buffer);
  svg.setSize(plot.size());
  svg.setViewBox(plot.rect());
  svg.setTitle(QString::fromStdString(plot.metric()));
  QCPPainter painter(&svg);
  painter.setMode(QCPPainter::pmVectorized);
  plot.toPainter(&painter);
  painter.end();
  return bytes;
}

QByteArray pngOf(MetricPlot& plot) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  plot.toPixmap(0, 0, 2).save(&buffer, "PNG");
  return bytes;
}

}  // namespace

QString plotFileFilter() {
  return MetricPlot::tr(
      "Picture (*.png);;Vector picture (*.svg);;Document "
      "(*.pdf);;Table (*.csv)");
}

void savePlot(MetricPlot& plot, const QString& file) {
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
    bytes = svgOf(plot);
  } else {
    throw Error{"unknown kind of file", file.toStdString(), "end it in .png, .svg, .pdf or .csv"};
  }
  write_atomically(Path(file.toStdString()),
                   std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

}  // namespace warmstart::live
