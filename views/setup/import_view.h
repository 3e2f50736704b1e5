// Weights of a file against the model of one of the draft's stages: what matches, what is missing,
// what is left over; then the stage can start from them. Asks `warmstart import`; a file is read,
// never executed.
#pragma once
#include <QPointer>
#include <QWidget>
#include <functional>

#include "views/desk/desk.h"
#include "views/desk/program.h"
#include "views/setup/draft.h"
#include "views/setup/submitter.h"

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
  ImportView(Desk& desk, Draft& draft, QWidget* parent = nullptr);
  void setChoice(std::function<RunChoice()> choice) { choice_ = std::move(choice); }
  void setFile(const QString& file);
  void setStage(const QString& stage);
  void start();  ///< compares
  void use();    ///< the stage starts from the file

 protected:
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  QWidget* makeRow();
  void choose();
  void fillStages();
  void showReady();
  void show(const Json& answer);
  void forget();
  QString file() const;
  Desk& desk_;
  Draft& draft_;
  std::function<RunChoice()> choice_;
  QPointer<ProgramTask> task_;
  bool compared_ = false;  ///< the report is of this file and stage
  Banner* banner_;
  QLineEdit* file_;
  QComboBox* stage_;
  QPushButton *compare_, *use_;
  QLabel* summary_;
  QTreeWidget* table_;
};

}  // namespace warmstart
