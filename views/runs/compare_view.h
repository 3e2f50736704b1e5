// The chosen runs side by side: the settings in which their resolved recipes differ, then what they
// measured, each with its difference from the first. Recipes are read in the background. Part of
// the runs panel.
#pragma once
#include <QTreeWidget>

#include "views/desk/desk.h"

namespace warmstart {

/// One leaf of the recipe trees that is not the same in all of them.
struct SettingDifference {
  QString path;        ///< "stages.pretrain.budget.steps"
  QStringList values;  ///< one a run; "" where the run has no such setting
};

/// Structural: lists by index, maps by key. Texts that are no recipe count as empty.
std::vector<SettingDifference> settingDifferences(const std::vector<std::string>& recipes);

class CompareView : public QTreeWidget {
  Q_OBJECT
 public:
  explicit CompareView(Desk& desk, QWidget* parent = nullptr);
  void setRuns(const QStringList& runs);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  struct Measured {
    QString name;
    std::vector<double> values;
  };
  void read();
  void showSettings(const std::vector<SettingDifference>& differences);
  void showMeasures(const std::vector<Measured>& measures);
  QTreeWidgetItem* section(const QString& title);
  Desk& desk_;
  QStringList runs_;
  bool stale_ = true;
};

}  // namespace warmstart
