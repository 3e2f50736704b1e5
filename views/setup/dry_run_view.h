// What the experiment will cost: asks `warmstart dryrun` for the draft and shows parameters,
// memory, time and a table of layers.
#pragma once
#include <QPointer>
#include <QWidget>

#include "views/desk/desk.h"
#include "views/desk/program.h"
#include "views/setup/submitter.h"

class QLabel;
class QPushButton;
class QTreeWidget;

namespace warmstart {

class Banner;

class DryRunView : public QWidget {
  Q_OBJECT
 public:
  DryRunView(Desk& desk, QWidget* parent = nullptr);
  void setChoice(std::function<RunChoice()> choice) { choice_ = std::move(choice); }
  void start();
  void show(const Json& report);
  QString summary() const;

 private:
  void take(const ProgramResult& result);
  void addArm(const Json& arm);
  Desk& desk_;
  std::function<RunChoice()> choice_;
  QPointer<ProgramTask> task_;
  Banner* banner_;
  QLabel* summary_;
  QPushButton* button_;
  QTreeWidget* table_;
};

}  // namespace warmstart
