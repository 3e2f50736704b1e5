#include "app/gui/start_options.h"

#include <QCommandLineParser>
#include <QFileInfo>

#include "core/run/workspace.h"

namespace warmstart {

StartOptions StartOptions::parse(const QStringList& arguments) {
  QCommandLineParser parser;
  parser.setApplicationDescription(QObject::tr("Workbench for pretraining research"));
  parser.addHelpOption();
  parser.addVersionOption();
  const QCommandLineOption workspace(
      QStringLiteral("workspace"), QObject::tr("folder of runs and queue"), QStringLiteral("DIR"));
  const QCommandLineOption tour(
      QStringLiteral("tour"),
      QObject::tr("write a picture of every screen into this folder and end"),
      QStringLiteral("DIR"));
  const QCommandLineOption stall(
      QStringLiteral("stall-limit"),
      QObject::tr("milliseconds the window may stand still during the tour"), QStringLiteral("MS"),
      QStringLiteral("50"));
  parser.addOptions({workspace, tour, stall});
  parser.addPositionalArgument(
      QStringLiteral("what"),
      QObject::tr("runs to show by their ids; recipes, data files and run folders to open"),
      QStringLiteral("[RUN|FILE]..."));
  parser.process(arguments);
  const QString folder = parser.isSet(workspace)
                             ? parser.value(workspace)
                             : QString::fromStdString(default_workspace().string());
  StartOptions options;
  options.workspace = QFileInfo(folder).absoluteFilePath();
  options.tour = parser.value(tour);
  options.stall_limit = parser.value(stall).toInt();
  for (const QString& name : parser.positionalArguments()) {
    // The window that opens it may work in another folder.
    const bool path = name.contains(QLatin1Char('/')) || QFileInfo::exists(name);
    options.open << (path ? QFileInfo(name).absoluteFilePath() : name);
  }
  return options;
}

}  // namespace warmstart
