// One QApplication for all GUI tests: offscreen unless QT_QPA_PLATFORM says otherwise, settings and
// XDG folders in a throw-away place, programs of this build.
#include <gtest/gtest.h>

#include <QApplication>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>

#include "views/look/theme.h"
#include "views/look/translations.h"

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  const QTemporaryDir home;
  for (const char* name : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"})
    qputenv(name, (home.path() + QLatin1Char('/') + QLatin1String(name)).toLocal8Bit());
  if (!qEnvironmentVariableIsSet("WARMSTART_PROGRAM"))
    qputenv("WARMSTART_PROGRAM", WARMSTART_BINARY_DIR "/bin/warmstart");
  QApplication app(argc, argv);
  QApplication::setApplicationName(QStringLiteral("warmstart"));
  warmstart::look::translate(app, QLocale::c());
  warmstart::look::apply(app, warmstart::look::Scheme::kLight);
  return RUN_ALL_TESTS();
}
