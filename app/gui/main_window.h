// The window: one dock a panel, menus, tool bar, palette and notices made from what panels
// register, places remembered between starts. It wires; what is shown is the panels' business.
#pragma once
#include <QHash>
#include <QMainWindow>
#include <memory>

#include "core/base/files.h"
#include "views/desk/desk.h"
#include "views/desk/panel.h"

class QDockWidget;
class QMenu;

namespace warmstart {

class CommandPalette;
class OutcomeWatch;
struct DeskParts;  ///< the objects behind Desk, in the order of their dependence
class SelectionMemory;
class StatusArea;
class Toasts;

class MainWindow : public QMainWindow {
  Q_OBJECT
 public:
  explicit MainWindow(const Path& workspace);
  ~MainWindow() override;

  Desk& desk();
  Panel* panel(const QString& id) const;
  QStringList panelIds() const;  ///< in their order
  void showPanel(const QString& id);
  /// A recipe, data file, or run folder: handed to the first panel that accepts it; a run folder of
  /// this workspace is selected. False and a notice when nobody knows it.
  bool openPath(const QString& path);
  CommandPalette& commandPalette() { return *palette_; }
  Toasts& toasts() { return *toasts_; }
  StatusArea& statusArea() { return *status_; }
  void resetLayout();

 signals:
  void workspaceWanted(const QString& folder);

 protected:
  void closeEvent(QCloseEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  static constexpr int kDockVersion = 2;  ///< of saveState: another one is not restored
  void addPanels();
  QDockWidget* addDock(const PanelCard& card);
  void placeDocks();
  void holdLeftWidth(int width);
  void addActions();
  void addFileActions();
  void addEditActions();
  void addViewActions();
  void addHelpActions();
  void addMenus();
  void addToMenu(QAction* action);
  void addToolBar();
  void addPaletteEntries();
  void showProblem();
  void showAbout();
  void showNotices();
  void saveDiagnostics();
  void copyRunHere(const QString& folder);
  bool knows(const QString& path) const;
  void saveLayout() const;
  void restoreLayout();
  bool mayEndTasks();

  std::unique_ptr<DeskParts> parts_;
  QHash<QString, Panel*> panels_;
  QStringList order_;
  CommandPalette* palette_ = nullptr;
  Toasts* toasts_ = nullptr;
  StatusArea* status_ = nullptr;
  OutcomeWatch* outcomes_ = nullptr;
  SelectionMemory* memory_ = nullptr;
  int left_width_ = 0,
      width_ = 0;  ///< of the column at the left, and of the window at the last look
  bool holding_ = false;
};

}  // namespace warmstart
