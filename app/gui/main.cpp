// warmstart-gui: shows; never trains. See `warmstart-gui --help`.
#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QIcon>
#include <QProcess>

#include "app/gui/main_window.h"
#include "app/gui/shortcut_editor.h"
#include "app/gui/single_instance.h"
#include "app/gui/tour.h"
#include "app/gui/window_settings.h"
#include "core/run/workspace.h"
#include "views/desk/selection.h"
#include "views/look/theme.h"
#include "views/look/translations.h"

namespace {

using namespace warmstart;  // a program's main file: nothing includes it

struct Options {
  QString workspace, tour;
  QStringList open;
  int stall_limit = 50;
};

Options parse(const QApplication& app) {
  QCommandLineParser parser;
  parser.setApplicationDescription(QObject::tr("Workbench for pretraining research"));
  parser.addHelpOption();
  parser.addVersionOption();
  const QCommandLineOption workspace(
      QStringLiteral("workspace"), QObject::tr("folder of runs and queue"), QStringLiteral("DIR"));
  const QCommandLineOption open(QStringLiteral("open"),
                                QObject::tr("run to show, or a file; can be given again"),
                                QStringLiteral("RUN"));
  const QCommandLineOption tour(
      QStringLiteral("tour"),
      QObject::tr("write a picture of every screen into this folder and end"),
      QStringLiteral("DIR"));
  const QCommandLineOption stall(
      QStringLiteral("stall-limit"),
      QObject::tr("milliseconds the window may stand still during the tour"), QStringLiteral("MS"),
      QStringLiteral("50"));
  parser.addOptions({workspace, open, tour, stall});
  parser.process(app);
  const QString folder = parser.isSet(workspace)
                             ? parser.value(workspace)
                             : QString::fromStdString(default_workspace().string());
  QStringList named = parser.values(open);
  for (QString& name : named) {  // the window that opens it may work in another folder
    if (QFileInfo::exists(name)) name = QFileInfo(name).absoluteFilePath();
  }
  return {QFileInfo(folder).absoluteFilePath(), parser.value(tour), named,
          parser.value(stall).toInt()};
}

void openNamed(MainWindow& window, const QString& name) {
  if (name.isEmpty()) return;
  if (name.contains(QLatin1Char('/'))) {
    window.openPath(name);
  } else {
    window.desk().selection.setRun(name);
  }
}

int showWindow(const Options& options) {
  SingleInstance instance(options.workspace);
  if (options.tour.isEmpty()) {
    if (instance.handOver(options.open.value(0))) {
      for (const QString& open : options.open.mid(1)) instance.handOver(open);
      return 0;
    }
    instance.listen();
  }
  MainWindow window(options.workspace.toStdString());
  ShortcutEditor::applySettings(window.desk().actions);
  QObject::connect(&instance, &SingleInstance::asked, &window, [&window](const QString& open) {
    openNamed(window, open);
    window.show();
    window.raise();
    window.activateWindow();
  });
  QObject::connect(&window, &MainWindow::workspaceWanted, [](const QString& folder) {
    QProcess::startDetached(QCoreApplication::applicationFilePath(),
                            {QStringLiteral("--workspace"), folder});
  });
  for (const QString& open : options.open) openNamed(window, open);
  window.show();
  if (!options.tour.isEmpty())
    return walkTour(window, {.folder = options.tour, .stall_limit = options.stall_limit});
  return QApplication::exec();
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (QLatin1String(argv[i]) == QLatin1String("--tour") &&
        !qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
      qputenv("QT_QPA_PLATFORM", "offscreen");
  }
  QApplication::setHighDpiScaleFactorRoundingPolicy(
      Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
  QApplication app(argc, argv);
  QApplication::setApplicationName(QStringLiteral("warmstart"));
  QApplication::setApplicationDisplayName(QStringLiteral("Warmstart"));
  QApplication::setDesktopFileName(QStringLiteral("org.warmstart.Warmstart"));
  QApplication::setApplicationVersion(QString::fromStdString(program_version()));
  QApplication::setWindowIcon(QIcon::fromTheme(QStringLiteral("org.warmstart.Warmstart")));
  look::translate(app, QLocale());
  const Options options = parse(app);
  look::apply(app, static_cast<look::Scheme>(
                       WindowSettings().value(QStringLiteral("window/scheme"), 0).toInt()));
  return showWindow(options);
}
