#include "views/live/run_names.h"

#include <QCoreApplication>

#include "views/desk/session.h"

namespace warmstart::live {
namespace {

QString liveText(const char* text) { return QCoreApplication::translate("LivePanel", text); }

}  // namespace

QString runName(const Session& session, const QString& run) {
  const RunRecord* record = session.index().findRun(run);
  if (!record) return run;
  const QString arm = QString::fromStdString(record->info.arm);
  return liveText(QT_TRANSLATE_NOOP("LivePanel", "%1, seed %2"))
      .arg(arm.isEmpty() ? QString::fromStdString(record->info.recipe) : arm)
      .arg(record->info.seed);
}

QString runGroup(const Session& session, const QString& run) {
  const RunRecord* record = session.index().findRun(run);
  if (!record) return run;
  return liveText(QT_TRANSLATE_NOOP("LivePanel", "%1 of %2"))
      .arg(QString::fromStdString(record->info.arm), QString::fromStdString(record->info.recipe));
}

}  // namespace warmstart::live
