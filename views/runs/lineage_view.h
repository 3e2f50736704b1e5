// Where the weights of a run came from: its stages in order, each with what it started from and the
// checkpoints that are left of it, then what was exported. Read in the background from the run's
// folder and log. Part of the runs panel.
#pragma once
#include <QTreeWidget>
#include <memory>

#include "views/desk/desk.h"

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
  struct File {
    QString name;
    qint64 bytes = 0;
  };
  void follow();
  void readFiles();
  void draw(const std::vector<File>& checkpoints, const std::vector<File>& exports);
  Desk& desk_;
  QString run_;
  std::shared_ptr<RunFeed> feed_;
};

}  // namespace warmstart
