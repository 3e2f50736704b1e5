// Icons of one set: line drawings on a 24 x 24 grid in resources/icons, painted in the palette's
// text colour at whatever size and device pixel ratio is asked for.
#pragma once
#include <QIcon>

namespace warmstart::look {

/// resources/icons/NAME.svg; an unknown name gives an empty icon and a warning in the log.
QIcon icon(const QString& name);

}  // namespace warmstart::look
