#include "views/look/picture_file.h"

#include <qcustomplot.h>

#include <QBuffer>
#include <QCoreApplication>
#include <QPdfWriter>
#include <QSvgGenerator>

#include "core/base/error.h"
#include "core/base/files.h"

namespace warmstart::look {
namespace {

void paintOn(QPaintDevice& device, const Picture& picture, bool vectors) {
  QCPPainter painter;
  painter.begin(&device);
  if (vectors) painter.setMode(QCPPainter::pmVectorized);
  picture.paint(painter);
}

QByteArray svgOf(const Picture& picture) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  QSvgGenerator svg;
  svg.setOutputDevice(&buffer);
  svg.setSize(picture.size);
  svg.setViewBox(QRect(QPoint(), picture.size));
  svg.setTitle(picture.title);
  paintOn(svg, picture, true);
  return bytes;
}

QByteArray pdfOf(const Picture& picture) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter pdf(&buffer);
  constexpr int kDotsPerInch = 96;
  pdf.setResolution(kDotsPerInch);
  pdf.setPageMargins(QMarginsF());
  pdf.setPageSize(QPageSize(QSizeF(picture.size) / kDotsPerInch, QPageSize::Inch));
  pdf.setTitle(picture.title);
  paintOn(pdf, picture, true);
  return bytes;
}

QByteArray pngOf(const Picture& picture) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  imageOf(picture).save(&buffer, "PNG");
  return bytes;
}

}  // namespace

Picture pictureOf(QWidget& widget, const QString& title) {
  if (auto* plot = qobject_cast<QCustomPlot*>(&widget))
    return {plot->size(), title, [plot](QCPPainter& painter) { plot->toPainter(&painter); }};
  return {widget.size(), title, [&widget](QCPPainter& painter) {
            widget.render(&painter, {}, {}, QWidget::DrawWindowBackground | QWidget::DrawChildren);
          }};
}

QImage imageOf(const Picture& picture) {
  constexpr qreal kSharpness = 2;
  QImage image(picture.size * kSharpness, QImage::Format_ARGB32_Premultiplied);
  image.setDevicePixelRatio(kSharpness);
  image.fill(Qt::transparent);
  paintOn(image, picture, false);
  return image;
}

void savePicture(const Picture& picture, const QString& file) {
  const QString ending = QFileInfo(file).suffix().toLower();
  QByteArray bytes;
  if (ending == QLatin1String("png")) {
    bytes = pngOf(picture);
  } else if (ending == QLatin1String("svg")) {
    bytes = svgOf(picture);
  } else if (ending == QLatin1String("pdf")) {
    bytes = pdfOf(picture);
  } else {
    throw Error{"unknown kind of file", file.toStdString(), "end it in .png, .svg, .pdf or .csv"};
  }
  write_atomically(Path(file.toStdString()),
                   std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

QString pictureFileFilter(bool with_table) {
  QString filter = QCoreApplication::translate(
      "Look", "Picture (*.png);;Vector picture (*.svg);;Document (*.pdf)");
  if (with_table) filter += QCoreApplication::translate("Look", ";;Table (*.csv)");
  return filter;
}

bool isTable(const QString& file) {
  return file.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive);
}

}  // namespace warmstart::look
