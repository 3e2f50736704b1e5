#include "views/inspect/patient_place.h"

#include <QCoreApplication>
#include <QStringList>
#include <cmath>

namespace warmstart {

QString placeText(const Point3& place) {
  constexpr std::array<std::array<char, 2>, 3> kLetters{{{'L', 'R'}, {'P', 'A'}, {'I', 'S'}}};
  QStringList parts;
  for (std::size_t i = 0; i < 3; ++i)
    parts << QStringLiteral("%L1 %2")
                 .arg(std::abs(place.at(i)), 0, 'f', 1)
                 .arg(QLatin1Char(kLetters.at(i).at(place.at(i) < 0 ? 0 : 1)));
  return QCoreApplication::translate("Volume", "%1 mm").arg(parts.join(QStringLiteral(", ")));
}

}  // namespace warmstart
