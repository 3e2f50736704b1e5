// warmstart-gui: shows; never trains. See `warmstart-gui --help`.
#include <QApplication>
#include <QCommandLineParser>

#include "app/gui/main_window.h"
#include "core/run/workspace.h"
#include "views/desk/selection.h"
#include "views/look/theme.h"

int main(int argc, char** argv) {
  QApplication app(argc, argv);
  QApplication::setApplicationName(QStringLiteral("warmstart"));
  QApplication::setApplicationDisplayName(QStringLiteral("Warmstart"));
  QApplication::setDesktopFileName(QStringLiteral("org.warmstart.Warmstart"));
  QApplication::setApplicationVersion(QString::fromStdString(warmstart::program_version()));
  QCommandLineParser parser;
  parser.setApplicationDescription(QObject::tr("Workbench for pretraining research"));
  parser.addHelpOption();
  parser.addVersionOption();
  const QCommandLineOption workspace(
      QStringLiteral("workspace"), QObject::tr("folder of runs and queue"), QStringLiteral("DIR"));
  const QCommandLineOption open(QStringLiteral("open"), QObject::tr("run to show"),
                                QStringLiteral("RUN"));
  parser.addOptions({workspace, open});
  parser.process(app);
  warmstart::look::apply(app, warmstart::look::Scheme::kSystem);
  const warmstart::Path folder = parser.isSet(workspace)
                                     ? warmstart::Path(parser.value(workspace).toStdString())
                                     : warmstart::default_workspace();
  warmstart::MainWindow window(folder);
  if (parser.isSet(open)) window.desk().selection.setRun(parser.value(open));
  window.show();
  return QApplication::exec();
}
