// Capture files, pictures and pointers that the tests of the views share.
#pragma once
#include <QApplication>
#include <QMouseEvent>
#include <QTest>
#include <QWidget>
#include <filesystem>
#include <span>

#include "core/base/json.h"
#include "core/base/tensor_file.h"
#include "views/look/theme.h"

namespace warmstart {

template <class T>
Array arrayOf(const char* name, Dtype dtype, std::vector<std::int64_t> shape,
              const std::vector<T>& values) {
  return {name, dtype, std::move(shape), std::as_bytes(std::span(values))};
}

inline void writeCapture(const Path& file, const Json& info, const std::vector<Array>& arrays) {
  std::filesystem::create_directories(file.parent_path());
  write_tensor_file(file, {{"capture", info.dump()}}, arrays);
}

/// Saves what is shown, for a look, where WARMSTART_SHOTS names a folder.
inline void photograph(QWidget& widget, const char* name) {
  const QString folder = qEnvironmentVariable("WARMSTART_SHOTS");
  if (!folder.isEmpty()) widget.grab().save(folder + QLatin1Char('/') + QLatin1String(name));
}

/// NAME.png in light, NAME-dark.png in dark.
inline void photographBoth(QWidget& widget, const QString& name) {
  photograph(widget, qPrintable(name + QStringLiteral(".png")));
  look::apply(*qApp, look::Scheme::kDark);
  QTest::qWait(50);
  photograph(widget, qPrintable(name + QStringLiteral("-dark.png")));
  look::apply(*qApp, look::Scheme::kLight);
}

inline void pointAt(QWidget* widget, const QPointF& place) {
  QMouseEvent move(QEvent::MouseMove, place, widget->mapToGlobal(place), Qt::NoButton, Qt::NoButton,
                   Qt::NoModifier);
  QCoreApplication::sendEvent(widget, &move);
}

inline QColor pixel(QWidget* widget, const QPointF& place) {
  return widget->grab().toImage().pixelColor(place.toPoint());
}

}  // namespace warmstart
