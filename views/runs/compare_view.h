// The chosen runs side by side: the settings in which their resolved recipes differ, then what they
// measured, each with its difference from the first. Read in the background. Part of the runs
// panel.
#pragma once
#include <QTreeView>

#include "views/desk/desk.h"
#include "views/runs/compare_model.h"

namespace warmstart {

class CompareView : public QTreeView {
  Q_OBJECT
 public:
  explicit CompareView(Desk& desk, QWidget* parent = nullptr);
  void setRuns(const QStringList& runs);
  CompareModel& compared() { return *model_; }

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void read();
  void readSettings();
  void readResults();
  void unfold();
  Desk& desk_;
  CompareModel* model_;
  QStringList runs_;
  bool stale_ = true;
};

}  // namespace warmstart
