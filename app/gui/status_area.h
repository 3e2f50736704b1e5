// The window's bottom line: workspace, whether anybody executes jobs, running tasks with a way to
// end them, and the number of notices.
#pragma once
#include <QTimer>
#include <QWidget>

#include "views/desk/desk.h"

class QLabel;
class QPushButton;
class QToolButton;

namespace warmstart {

class StatusArea : public QWidget {
  Q_OBJECT
 public:
  explicit StatusArea(Desk& desk, QWidget* parent = nullptr);
  QString runnerText() const;
  QString taskText() const;

 private:
  void showRunner();
  void showTasks();
  Desk& desk_;
  QLabel* workspace_;
  QLabel* runner_;
  QPushButton* start_;
  QLabel* task_;
  QToolButton* cancel_;
  QTimer clock_;
};

}  // namespace warmstart
