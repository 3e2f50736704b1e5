// The keys of every action, to be changed: a table, a field for the key, and a word where two
// actions would have the same. Changes are kept in the settings.
#pragma once
#include <QDialog>

class QKeySequenceEdit;
class QLabel;
class QTableWidget;

namespace warmstart {

class ActionBook;

class ShortcutEditor : public QDialog {
  Q_OBJECT
 public:
  ShortcutEditor(ActionBook& actions, QWidget* parent);
  /// Gives the actions the keys that the settings hold. Called once at start.
  static void applySettings(ActionBook& actions);
  QString conflict() const;

 private:
  void fill();
  void choose();
  void change();
  ActionBook& actions_;
  QTableWidget* table_;
  QKeySequenceEdit* key_;
  QLabel* conflict_;
};

}  // namespace warmstart
