// warmstart-gui: shows; never trains. See `warmstart-gui --help`.
#include <QApplication>
#include <QIcon>
#include <QProcess>

#include "app/gui/main_window.h"
#include "app/gui/shortcut_editor.h"
#include "app/gui/single_instance.h"
#include "app/gui/start_options.h"
#include "app/gui/tour.h"
#include "app/gui/window_settings.h"
#include "core/run/workspace.h"
#include "views/desk/selection.h"
#include "views/look/theme.h"
#include "views/look/translations.h"

namespace {

using namespace warmstart;  // a program's main file: nothing includes it

void openNamed(MainWindow& window, const QString& name) {
  if (name.isEmpty()) return;
  if (name.contains(QLatin1Char('/'))) {
    window.openPath(name);
  } else {
    window.desk().selection.setRun(name);
  }
}

int showWindow(const StartOptions& options) {
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
  const StartOptions options = StartOptions::parse(QApplication::arguments());
  look::apply(app, static_cast<look::Scheme>(
                       WindowSettings().value(QStringLiteral("window/scheme"), 0).toInt()));
  return showWindow(options);
}
