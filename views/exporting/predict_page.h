// Runs the selected run's model on files of the user, by `warmstart predict`, and lists what was
// written and which inputs were left out, with the reason. Files and folders can be dropped on it.
// Part of the Export panel.
#pragma once
#include <QPointer>
#include <QWidget>

#include "views/desk/desk.h"

class QLineEdit;
class QListWidget;
class QProgressBar;
class QPushButton;

namespace warmstart {

class Banner;
class CheckpointChoice;
class ProgramTask;
struct ProgramResult;

class PredictPage : public QWidget {
  Q_OBJECT
 public:
  explicit PredictPage(Desk& desk, QWidget* parent = nullptr);
  void setRun(const QString& run);
  void addInputs(const QStringList& paths);
  QStringList inputs() const;
  QStringList arguments() const;
  void start();
  void cancel();
  void copyAsCommand() const;

 protected:
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  QWidget* makeInputs();
  QWidget* makeForm();
  void finish(const ProgramResult& result);
  void setBusy(bool busy);
  void showWritten(const QStringList& files, const QStringList& left_out);
  Desk& desk_;
  QString run_;
  Banner* banner_;
  CheckpointChoice* checkpoint_;
  QListWidget *inputs_, *written_;
  QLineEdit* out_;
  QPushButton *predict_, *cancel_;
  QProgressBar* progress_;
  QPointer<ProgramTask> task_;
};

}  // namespace warmstart
