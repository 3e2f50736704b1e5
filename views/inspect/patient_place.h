// A point in the patient in words, the same wherever a volume is shown: Inspect and Volume.
#pragma once
#include <QString>

#include "views/inspect/volume.h"

namespace warmstart {

/// "12.3 R, 4.5 P, 6.7 S mm"
QString placeText(const Point3& place);

}  // namespace warmstart
