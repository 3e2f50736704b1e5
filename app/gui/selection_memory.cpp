#include "app/gui/selection_memory.h"

#include "app/gui/window_settings.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"
#include "views/desk/workspace_key.h"

namespace warmstart {

SelectionMemory::SelectionMemory(Desk& desk, QObject* parent) : QObject(parent), desk_(desk) {
  soon_.setSingleShot(true);
  soon_.setInterval(1000);
  connect(&soon_, &QTimer::timeout, this, &SelectionMemory::save);
  const auto later = [this] { soon_.start(); };
  connect(&desk_.selection, &Selection::runsChanged, this, later);
  connect(&desk_.selection, &Selection::stepChanged, this, later);
  connect(&desk_.selection, &Selection::sampleChanged, this, later);
  const QVariantMap last = WindowSettings().value(key()).toMap();
  if (last.isEmpty()) return;
  // The index says which of the runs are still there.
  connect(
      &desk_.session, &Session::indexChanged, this, [this, last] { restore(last); },
      Qt::SingleShotConnection);
}

QString SelectionMemory::key() const {
  return QStringLiteral("runs/") + workspaceKey(desk_.session.root());
}

void SelectionMemory::save() const {
  if (!desk_.session.ready()) return;  // nothing has been brought back yet
  const Selection& now = desk_.selection;
  WindowSettings().setValue(key(), QVariantMap{{QStringLiteral("runs"), now.runs()},
                                               {QStringLiteral("step"), now.step()},
                                               {QStringLiteral("sample"), now.sample()}});
}

void SelectionMemory::restore(const QVariantMap& last) {
  Selection& now = desk_.selection;
  if (!now.runs().isEmpty()) return;
  QStringList runs = last.value(QStringLiteral("runs")).toStringList();
  runs.removeIf([&](const QString& run) { return !desk_.session.index().findRun(run); });
  if (runs.isEmpty()) return;
  now.setRuns(runs);
  now.setStep(last.value(QStringLiteral("step"), -1).toLongLong());
  now.setSample(last.value(QStringLiteral("sample"), 0).toInt());
}

}  // namespace warmstart
