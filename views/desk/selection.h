// What the user is looking at, shared by all panels: one run (shown in Live, Inspect, Export), the
// runs it is compared with, the training step of the timeline, and the sample. GUI thread only.
#pragma once
#include <QObject>
#include <QStringList>

namespace warmstart {

class Selection : public QObject {
  Q_OBJECT
 public:
  using QObject::QObject;

  const QString& run() const { return run_; }        ///< id; "" = none
  const QStringList& runs() const { return runs_; }  ///< chosen runs, run() first where it is set
  qint64 step() const { return step_; }              ///< global step; -1 = the newest
  int sample() const { return sample_; }             ///< index in the watch set

  void setRun(const QString& run);
  void setRuns(const QStringList& runs);  ///< the first becomes run()
  void setStep(qint64 step);
  void setSample(int sample);

 signals:
  void runChanged(const QString& run);
  void runsChanged(const QStringList& runs);
  void stepChanged(qint64 step);
  void sampleChanged(int sample);
  /// "Set up a copy", "edit": a recipe id, or a path of a file, to be opened in Set-up.
  void setupWanted(const QString& recipe);
  /// Bring a panel to the front, by its id.
  void panelWanted(const QString& panel);

 private:
  QString run_;
  QStringList runs_;
  qint64 step_ = -1;
  int sample_ = 0;
};

}  // namespace warmstart
