#include "views/look/swatch.h"

#include <QPixmap>

namespace warmstart::look {

QIcon swatch(const QColor& colour) {
  constexpr int kEdge = 12;
  QPixmap square(kEdge, kEdge);
  square.fill(colour);
  return QIcon(square);
}

}  // namespace warmstart::look
