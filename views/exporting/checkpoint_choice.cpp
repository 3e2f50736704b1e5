#include "views/exporting/checkpoint_choice.h"

#include <QAbstractItemView>
#include <QDir>
#include <algorithm>

#include "views/desk/background.h"
#include "views/desk/session.h"

namespace warmstart {
namespace {

const QString kLast = QStringLiteral("last"), kBest = QStringLiteral("best");

bool isStep(const QString& checkpoint) {
  bool number = false;
  checkpoint.toLongLong(&number);
  return number;
}

}  // namespace

QStringList keptCheckpoints(const Path& folder, bool done) {
  QStringList names;
  std::vector<qint64> steps;
  const QDir files(QString::fromStdString(folder.string()));
  for (const QString& name : files.entryList({QStringLiteral("*.ckpt")}, QDir::Files)) {
    if (name == QLatin1String("best.ckpt")) names += kBest;
    if (name.startsWith(QLatin1String("stage-"))) names += name.mid(6).chopped(5);
    if (name.startsWith(QLatin1String("step-")))
      steps.push_back(name.mid(5).chopped(5).toLongLong());
  }
  std::sort(steps.begin(), steps.end());
  if (done || steps.empty()) {
    names.prepend(kLast);
  } else {
    names.prepend(QString::number(steps.back()));
    steps.pop_back();
  }
  for (const qint64 step : steps) names += QString::number(step);
  return names;
}

CheckpointChoice::CheckpointChoice(Desk& desk, QWidget* parent) : QComboBox(parent), desk_(desk) {
  setAccessibleName(tr("Checkpoint"));
  setToolTip(tr("Which weights of the run are used"));
  connect(this, &QComboBox::activated, this, [this] {
    chosen_ = true;
    emit changed();
  });
  fill({kLast});
}

void CheckpointChoice::setRun(const QString& run) {
  if (run == run_) return;
  run_ = run;
  chosen_ = false;
  fill({kLast});
  list();
}

void CheckpointChoice::showEvent(QShowEvent* event) {
  QComboBox::showEvent(event);
  list();
}

void CheckpointChoice::enterEvent(QEnterEvent* event) {
  QComboBox::enterEvent(event);
  list();
}

void CheckpointChoice::focusInEvent(QFocusEvent* event) {
  QComboBox::focusInEvent(event);
  list();
}

void CheckpointChoice::list() {
  if (run_.isEmpty()) return;
  const Path folder = desk_.session.runFolder(run_).checkpoints();
  const RunRecord* record = desk_.session.index().findRun(run_);
  inBackground(
      this,
      [folder, done = record == nullptr || record->state == "done"] {
        return keptCheckpoints(folder, done);
      },
      [this, asked = run_](const QStringList& kept) {
        if (asked == run_) fill(kept);
      });
}

void CheckpointChoice::fill(const QStringList& kept) {
  QStringList known;
  for (int i = 0; i < count(); ++i) known += itemData(i).toString();
  if (kept == known || view()->isVisible()) return;
  const QString now = checkpoint();
  clear();
  for (const QString& name : kept) {
    addItem(name == kLast   ? tr("Last: as the run ended and was measured")
            : name == kBest ? tr("Best validation")
            : isStep(name)  ? tr("Step %L1").arg(name.toLongLong())
                            : tr("End of stage %1").arg(name),
            name);
  }
  setCurrentIndex(chosen_ ? std::max(0, findData(now)) : 0);
  if (checkpoint() != now) emit changed();
}

QString CheckpointChoice::fileWord() const {
  const QString name = checkpoint();
  return name == kLast ? QString() : isStep(name) ? QStringLiteral("step-") + name : name;
}

QStringList CheckpointChoice::arguments() const {
  if (checkpoint() == kLast) return {};
  return {QStringLiteral("--checkpoint"), checkpoint()};
}

}  // namespace warmstart
