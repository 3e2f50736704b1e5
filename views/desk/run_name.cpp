#include "views/desk/run_name.h"

#include <QCoreApplication>

#include "views/desk/session.h"

namespace warmstart {

QString runName(const RunRecord& record) {
  const QString arm = QString::fromStdString(record.info.arm);
  return QCoreApplication::translate("Words", "%1, seed %2")
      .arg(arm.isEmpty() ? QString::fromStdString(record.info.recipe) : arm)
      .arg(record.info.seed);
}

QString runName(const Session& session, const QString& run) {
  const RunRecord* record = session.index().findRun(run);
  return record ? runName(*record) : run;
}

QString runGroup(const Session& session, const QString& run) {
  const RunRecord* record = session.index().findRun(run);
  if (!record) return run;
  return QCoreApplication::translate("Words", "%1 of %2")
      .arg(QString::fromStdString(record->info.arm), QString::fromStdString(record->info.recipe));
}

}  // namespace warmstart
