#include "views/inspect/capture_export.h"

#include <qcustomplot.h>

#include <QBuffer>
#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>
#include <QSvgGenerator>

#include "core/base/error.h"
#include "core/base/files.h"

namespace warmstart {
namespace {

QImage imageOf(QWidget& picture) {
  constexpr double kSharpness = 2;  // pixels a device-independent pixel
  QImage image(picture.size() * kSharpness, QImage::Format_ARGB32_Premultiplied);
  image.setDevicePixelRatio(kSharpness);
  image.fill(Qt::transparent);
  picture.render(&image);
  return image;
}

QByteArray pngBytes(QWidget& picture) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  imageOf(picture).save(&buffer, "PNG");
  return bytes;
}

QByteArray svgBytes(QWidget& picture) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  QSvgGenerator svg;
  svg.setOutputDevice(&buffer);
  svg.setSize(picture.size());
  svg.setViewBox(picture.rect());
  if (auto* plot = qobject_cast<QCustomPlot*>(&picture)) {
    QCPPainter painter(&svg);
    painter.setMode(QCPPainter::pmVectorized);
    plot->toPainter(&painter);
  } else {
    QPainter painter(&svg);
    picture.render(&painter, {}, {}, QWidget::DrawChildren);
  }
  return bytes;
}

}  // namespace

QString captureFileFilter(const CaptureView& view) {
  QString filter = CaptureView::tr("Picture (*.png);;Vector picture (*.svg)");
  if (!view.csv().isEmpty()) filter += CaptureView::tr(";;Table (*.csv)");
  return filter;
}

void saveCaptureView(CaptureView& view, const QString& file) {
  const QString ending = QFileInfo(file).suffix().toLower();
  QByteArray bytes;
  if (ending == QLatin1String("png")) {
    bytes = pngBytes(*view.picture());
  } else if (ending == QLatin1String("svg")) {
    bytes = svgBytes(*view.picture());
  } else if (ending == QLatin1String("csv")) {
    bytes = view.csv();
    if (bytes.isEmpty())
      throw Error("this view has no table", file.toStdString(), "end it in .png or .svg");
  } else {
    throw Error("unknown kind of file", file.toStdString(), "end it in .png, .svg or .csv");
  }
  write_atomically(Path(file.toStdString()),
                   std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

void copyCaptureView(CaptureView& view) {
  auto* data = new QMimeData;
  data->setImageData(imageOf(*view.picture()));
  const QByteArray csv = view.csv();
  if (!csv.isEmpty()) data->setText(QString::fromUtf8(csv));
  QGuiApplication::clipboard()->setMimeData(data);
}

}  // namespace warmstart
