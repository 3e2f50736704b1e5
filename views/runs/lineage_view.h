// Where the weights of a run came from: its stages in order, each with what it started from, the
// checkpoints that are left of it, and what was exported of each. A stage that began with a file of
// another run has a row that leads to it. Read in the background from the run's folder and log.
// Part of the runs panel.
#pragma once
#include <QHash>
#include <QTreeWidget>
#include <memory>

#include "views/desk/desk.h"
#include "views/runs/lineage.h"

namespace warmstart {

class RunFeed;

class LineageView : public QTreeWidget {
  Q_OBJECT
 public:
  explicit LineageView(Desk& desk, QWidget* parent = nullptr);
  void setRun(const QString& run);

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  void follow();
  void readFiles();
  void draw(const LineageFiles& files);
  QTreeWidgetItem* add(QTreeWidgetItem* parent, const QStringList& texts, const char* icon);
  QTreeWidgetItem* addStage(QTreeWidgetItem* root, const Json& stage);
  void addOrigin(QTreeWidgetItem* stage, const QString& from);
  void addExport(const LineageExport& file);
  void leadTo(QTreeWidgetItem* item);
  Desk& desk_;
  QString run_;
  std::shared_ptr<RunFeed> feed_;
  QHash<QString, QTreeWidgetItem*> stages_, checkpoints_;  ///< of what is drawn, by name
};

}  // namespace warmstart
