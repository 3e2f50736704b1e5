// The square of a class's colour in legends.
#pragma once
#include <QIcon>

class QColor;

namespace warmstart::look {

QIcon swatch(const QColor& colour);

}  // namespace warmstart::look
