// Arrangements of the docks by name, as a submenu of View: saved, applied and deleted by the user,
// kept in the window's settings.
#pragma once
#include <QMenu>

class QMainWindow;

namespace warmstart {

class Layouts : public QMenu {
  Q_OBJECT
 public:
  /// `version` is of QMainWindow::saveState.
  Layouts(QMainWindow* window, int version);
  static QStringList names();
  void save(const QString& name);  ///< in place of one of that name
  bool apply(const QString& name);
  static void remove(const QString& name);

 private:
  void fill();
  void askName();
  QMainWindow* window_;
  int version_;
};

}  // namespace warmstart
