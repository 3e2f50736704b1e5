// Pictures of plots, of pages of plots and of any other widget, saved by the ending of the file:
// .png, .svg or .pdf. Tables of their numbers (.csv) are the panel's own business.
#pragma once
#include <QImage>
#include <QString>
#include <functional>

class QCPPainter;

namespace warmstart::look {

struct Picture {
  QSize size;     ///< in pixels of the screen
  QString title;  ///< in the file's own words about itself
  std::function<void(QCPPainter&)> paint;
};

/// A plot, or what any other widget renders. The widget outlives the picture.
Picture pictureOf(QWidget& widget, const QString& title);
/// With two pixels for one of the screen.
QImage imageOf(const Picture& picture);
/// Error when the ending is another one or the file cannot be written.
void savePicture(const Picture& picture, const QString& file);
/// The filter line of a file dialog.
QString pictureFileFilter(bool with_table = true);
/// Whether the file is to be a table.
bool isTable(const QString& file);

}  // namespace warmstart::look
