#include "app/gui/window_settings.h"

#include <QFile>
#include <QStandardPaths>

namespace warmstart {
namespace {

constexpr int kMostRecent = 12;

}  // namespace

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

QStringList WindowSettings::recent() const {
  return value(QStringLiteral("recent")).toStringList();
}

void WindowSettings::addRecent(const QString& workspace) {
  QStringList list = recent();
  list.removeAll(workspace);
  list.prepend(workspace);
  setValue(QStringLiteral("recent"), QStringList(list.mid(0, kMostRecent)));
}

void WindowSettings::clearRecent() { remove(QStringLiteral("recent")); }

}  // namespace warmstart
