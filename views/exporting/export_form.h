// What is to be exported and how: format, names of the weights, checkpoint, file. Says it as
// arguments of `warmstart export`. Part of the export page.
#pragma once
#include <QWidget>

#include "views/desk/desk.h"

class QButtonGroup;
class QComboBox;
class QFormLayout;
class QLineEdit;

namespace warmstart {

class CheckpointChoice;

class ExportForm : public QWidget {
  Q_OBJECT
 public:
  explicit ExportForm(Desk& desk, QWidget* parent = nullptr);
  void setRun(const QString& run);
  QString format() const;
  void setFormat(const QString& format);
  QString file() const;
  QStringList arguments() const;  ///< of the call that the form describes
  CheckpointChoice* checkpoints() const { return checkpoint_; }
  QComboBox* names() const { return names_; }
  void addRow(QWidget* row);  ///< at the end

 private:
  QWidget* makeFormats();
  QWidget* makeFile();
  void makeNames();
  void follow();  ///< what goes with the chosen format and checkpoint
  void suggestFile();
  void chooseFile();

  Desk& desk_;
  QString run_;
  QFormLayout* layout_;
  QButtonGroup* formats_;
  QComboBox* names_;
  CheckpointChoice* checkpoint_;
  QLineEdit* file_;
  bool suggested_ = true;  ///< the file's name is ours, not the user's
};

}  // namespace warmstart
