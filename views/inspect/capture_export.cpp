#include "views/inspect/capture_export.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>

#include "core/base/error.h"
#include "core/base/files.h"
#include "views/look/picture_file.h"

namespace warmstart {
namespace {

look::Picture pictureOf(CaptureView& view) {
  return look::pictureOf(*view.picture(), view.picture()->accessibleName());
}

}  // namespace

QString captureFileFilter(const CaptureView& view) {
  return look::pictureFileFilter(!view.csv().isEmpty());
}

void saveCaptureView(CaptureView& view, const QString& file) {
  if (!look::isTable(file)) return look::savePicture(pictureOf(view), file);
  const QByteArray bytes = view.csv();
  if (bytes.isEmpty())
    throw Error("this view has no table", file.toStdString(), "end it in .png, .svg or .pdf");
  write_atomically(Path(file.toStdString()),
                   std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

void copyCaptureView(CaptureView& view) {
  auto* data = new QMimeData;
  data->setImageData(look::imageOf(pictureOf(view)));
  const QByteArray csv = view.csv();
  if (!csv.isEmpty()) data->setText(QString::fromUtf8(csv));
  QGuiApplication::clipboard()->setMimeData(data);
}

}  // namespace warmstart
