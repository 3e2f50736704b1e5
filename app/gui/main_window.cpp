#include "app/gui/main_window.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QMenuBar>
#include <QSettings>

#include "views/desk/action_book.h"
#include "views/desk/notices.h"
#include "views/desk/program.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"
#include "views/feed/run_feed.h"
#include "views/look/icons.h"

namespace warmstart {

struct DeskParts {
  explicit DeskParts(const Path& workspace)
      : session(workspace),
        program(QString::fromStdString(workspace.string())),
        feeds(workspace / "runs"),
        desk{session, selection, program, feeds, actions, notices, undo} {}
  Session session;
  Selection selection;
  Program program;
  RunFeeds feeds;
  ActionBook actions;
  Notices notices;
  QUndoGroup undo;
  Desk desk;
};

MainWindow::MainWindow(const Path& workspace) : parts_(std::make_unique<DeskParts>(workspace)) {
  setObjectName(QStringLiteral("main"));
  setWindowTitle(QString::fromStdString(workspace.filename().string()) +
                 QStringLiteral(" - Warmstart"));
  setDockNestingEnabled(true);
  resize(1280, 800);
  addPanels();
  addMenus();
  restoreLayout();
}

MainWindow::~MainWindow() = default;

Desk& MainWindow::desk() { return parts_->desk; }

Panel* MainWindow::panel(const QString& id) const { return panels_.value(id); }

void MainWindow::addPanels() {
  QDockWidget* previous = nullptr;
  for (const PanelCard& card : panelCards()) {
    const QString id = QString::fromLatin1(card.id);
    auto* dock = new QDockWidget(QCoreApplication::translate("Panel", card.title), this);
    dock->setObjectName(id);
    Panel* panel = card.create(parts_->desk);
    panel->setAccessibleName(dock->windowTitle());
    dock->setWidget(panel);
    addDockWidget(Qt::RightDockWidgetArea, dock);
    if (previous) tabifyDockWidget(previous, dock);
    previous = dock;
    panels_.insert(id, panel);
    connect(panel, &Panel::wanted, this, [this, id] { showPanel(id); });
    parts_->actions.add({.id = QStringLiteral("view.") + id,
                         .menu = QStringLiteral("View"),
                         .text = dock->windowTitle(),
                         .shortcut = QKeySequence(QString::fromLatin1(card.shortcut)),
                         .icon = QString::fromLatin1(card.icon)},
                        this, [this, id] { showPanel(id); });
  }
  connect(&parts_->selection, &Selection::panelWanted, this, &MainWindow::showPanel);
}

void MainWindow::addMenus() {
  for (QAction* action : parts_->actions.all()) {
    const QString name = ActionBook::menuOf(action);
    if (name.isEmpty()) continue;
    auto* menu = menuBar()->findChild<QMenu*>(name, Qt::FindDirectChildrenOnly);
    if (!menu) {
      menu = menuBar()->addMenu(name);
      menu->setObjectName(name);
    }
    menu->addAction(action);
  }
}

void MainWindow::showPanel(const QString& id) {
  if (auto* dock = findChild<QDockWidget*>(id)) {
    dock->show();
    dock->raise();
    panels_.value(id)->setFocus();
  }
}

void MainWindow::closeEvent(QCloseEvent* event) {
  saveLayout();
  QMainWindow::closeEvent(event);
}

void MainWindow::saveLayout() const {
  QSettings settings;
  settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
  settings.setValue(QStringLiteral("window/docks"), saveState(1));
  for (auto it = panels_.begin(); it != panels_.end(); ++it) {
    settings.beginGroup(QStringLiteral("panel/") + it.key());
    it.value()->saveState(settings);
    settings.endGroup();
  }
}

void MainWindow::restoreLayout() {
  QSettings settings;
  restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
  restoreState(settings.value(QStringLiteral("window/docks")).toByteArray(), 1);
  for (auto it = panels_.begin(); it != panels_.end(); ++it) {
    settings.beginGroup(QStringLiteral("panel/") + it.key());
    it.value()->restoreState(settings);
    settings.endGroup();
  }
}

}  // namespace warmstart
