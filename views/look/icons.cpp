#include "views/look/icons.h"

#include <QApplication>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

#include "core/recipe/recipe.h"
#include "views/look/theme.h"

namespace warmstart::look {
namespace {

/// Recolours the drawing each time it is painted, so that icons follow the palette at run time.
class PaletteIconEngine : public QIconEngine {
 public:
  explicit PaletteIconEngine(QByteArray drawing) : drawing_(std::move(drawing)) {}

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
    const QPalette palette = QApplication::palette();
    QColor colour = palette.color(QPalette::WindowText);
    if (mode == QIcon::Disabled) colour = palette.color(QPalette::Disabled, QPalette::WindowText);
    if (mode == QIcon::Selected) colour = palette.color(QPalette::HighlightedText);
    QByteArray drawing = drawing_;
    drawing.replace("currentColor", colour.name().toLatin1());
    QSvgRenderer renderer(drawing);
    renderer.render(painter, rect);
  }

  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    QPixmap pixmap(size);
    if (size.isEmpty()) return pixmap;
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paint(&painter, QRect(QPoint(0, 0), size), mode, state);
    return pixmap;
  }

  QIconEngine* clone() const override { return new PaletteIconEngine(drawing_); }

 private:
  QByteArray drawing_;
};

}  // namespace

QIcon icon(const QString& name) {
  const QString path = QString::fromStdString((resource_dir() / "icons").string()) +
                       QLatin1Char('/') + name + QStringLiteral(".svg");
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) {
    qWarning("no icon %s", qPrintable(path));
    return {};
  }
  return QIcon(new PaletteIconEngine(file.readAll()));
}

}  // namespace warmstart::look
