// The window: one dock a panel, menus and tool bar made from the action book, the docks' places
// remembered between starts. It wires; what is shown is the panels' business.
#pragma once
#include <QMainWindow>
#include <memory>

#include "core/base/files.h"
#include "views/desk/desk.h"
#include "views/desk/panel.h"

namespace warmstart {

/// The objects behind Desk, in the order of their dependence.
struct DeskParts;

class MainWindow : public QMainWindow {
  Q_OBJECT
 public:
  explicit MainWindow(const Path& workspace);
  ~MainWindow() override;

  Desk& desk();
  Panel* panel(const QString& id) const;
  void showPanel(const QString& id);

 protected:
  void closeEvent(QCloseEvent* event) override;

 private:
  void addPanels();
  void addMenus();
  void saveLayout() const;
  void restoreLayout();
  std::unique_ptr<DeskParts> parts_;
  QHash<QString, Panel*> panels_;
};

}  // namespace warmstart
