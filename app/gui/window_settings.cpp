#include "app/gui/window_settings.h"

#include <QFile>
#include <QStandardPaths>

namespace warmstart {
QString WindowSettings::path() {
  return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) +
         QStringLiteral("/warmstart/window.ini");
}

WindowSettings::WindowSettings() : QSettings(path(), QSettings::IniFormat) {
  sync();
  if (status() != QSettings::FormatError) return;
  damaged_ = true;
  QFile::remove(path() + QStringLiteral(".damaged"));
  QFile::rename(path(), path() + QStringLiteral(".damaged"));
  clear();
}

}  // namespace warmstart
