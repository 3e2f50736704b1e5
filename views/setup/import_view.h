// Weights of a file against a run's model: what matches, what is missing, what is left over. Asks
// `warmstart import`; a file is read, never executed.
#pragma once
#include <QPointer>
#include <QWidget>

#include "views/desk/desk.h"
#include "views/desk/program.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTreeWidget;

namespace warmstart {

class Banner;

class ImportView : public QWidget {
  Q_OBJECT
 public:
  explicit ImportView(Desk& desk, QWidget* parent = nullptr);
  void setFile(const QString& file);
  void start();
  void show(const Json& answer);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void choose();
  void fillRuns();
  void showReady();
  Desk& desk_;
  QPointer<ProgramTask> task_;
  Banner* banner_;
  QLineEdit* file_;
  QComboBox* run_;
  QPushButton* button_;
  QLabel* summary_;
  QTreeWidget* table_;
};

}  // namespace warmstart
