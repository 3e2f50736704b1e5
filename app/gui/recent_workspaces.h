// The workspaces that were open before, newest first, as a submenu of File. Kept in the window's
// settings; one whose folder is gone stays listed, greyed, until the list is cleared.
#pragma once
#include <QMenu>

namespace warmstart {

class RecentWorkspaces : public QMenu {
  Q_OBJECT
 public:
  RecentWorkspaces(const QString& open, QWidget* parent);  ///< puts `open` first
  static QStringList folders();

 signals:
  void chosen(const QString& folder);

 private:
  void fill();
  QString open_;
};

}  // namespace warmstart
