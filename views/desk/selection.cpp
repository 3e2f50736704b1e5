#include "views/desk/selection.h"

namespace warmstart {

void Selection::setRun(const QString& run) {
  if (run == run_) return;
  setRuns(run.isEmpty() ? QStringList() : QStringList{run});
}

void Selection::setRuns(const QStringList& runs) {
  if (runs == runs_) return;
  runs_ = runs;
  const QString first = runs.isEmpty() ? QString() : runs.first();
  const bool other = first != run_;
  run_ = first;
  if (other) {
    setStep(-1);
    emit runChanged(run_);
  }
  emit runsChanged(runs_);
}

void Selection::setStep(qint64 step) {
  if (step == step_) return;
  step_ = step;
  emit stepChanged(step);
}

void Selection::setSample(int sample) {
  if (sample == sample_) return;
  sample_ = sample;
  emit sampleChanged(sample);
}

}  // namespace warmstart
