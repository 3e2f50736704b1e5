// The window's own commands, its menus, tool bar and palette entries.
#include <QActionGroup>
#include <QApplication>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QMenuBar>
#include <QMessageBox>
#include <QToolBar>

#include "app/gui/command_palette.h"
#include "app/gui/desk_parts.h"
#include "app/gui/diagnostics.h"
#include "app/gui/layouts.h"
#include "app/gui/main_window.h"
#include "app/gui/outcome_watch.h"
#include "app/gui/recent_workspaces.h"
#include "app/gui/shortcut_editor.h"
#include "app/gui/toasts.h"
#include "app/gui/window_settings.h"
#include "core/recipe/recipe.h"
#include "views/look/icons.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

struct MenuCard {
  const char* id;
  const char* title;
};
constexpr std::array kMenus{MenuCard{"File", QT_TRANSLATE_NOOP("Menu", "&File")},
                            MenuCard{"Edit", QT_TRANSLATE_NOOP("Menu", "&Edit")},
                            MenuCard{"View", QT_TRANSLATE_NOOP("Menu", "&View")},
                            MenuCard{"Experiment", QT_TRANSLATE_NOOP("Menu", "E&xperiment")},
                            MenuCard{"Queue", QT_TRANSLATE_NOOP("Menu", "&Queue")},
                            MenuCard{"Run", QT_TRANSLATE_NOOP("Menu", "&Run")},
                            MenuCard{"Live", QT_TRANSLATE_NOOP("Menu", "&Live")},
                            MenuCard{"Inspect", QT_TRANSLATE_NOOP("Menu", "&Inspect")},
                            MenuCard{"Help", QT_TRANSLATE_NOOP("Menu", "&Help")}};

}  // namespace

void MainWindow::addActions() {
  addFileActions();
  addEditActions();
  addViewActions();
  addHelpActions();
}

void MainWindow::addFileActions() {
  ActionBook& book = parts_->actions;
  const QString menu = QStringLiteral("File");
  book.add({QStringLiteral("file.open"), menu, tr("&Open file..."),
            tr("Open a recipe, or data such as a volume"),
            QKeySequence(QStringLiteral("Ctrl+Shift+O")), QStringLiteral("folder")},
           this, [this] {
             const QString path = QFileDialog::getOpenFileName(this, tr("Open file"));
             if (!path.isEmpty()) openPath(path);
           });
  book.add({QStringLiteral("file.workspace"),
            menu,
            tr("Open &workspace..."),
            tr("Another folder of runs and queue, in a window of its own"),
            {},
            {}},
           this, [this] {
             const QString folder = QFileDialog::getExistingDirectory(this, tr("Open workspace"));
             if (!folder.isEmpty()) emit workspaceWanted(folder);
           });
  book.add({QStringLiteral("file.quit"),
            menu,
            tr("&Quit"),
            tr("Close the window; running jobs go on"),
            QKeySequence::Quit,
            {}},
           this, [this] { close(); });
}

void MainWindow::addEditActions() {
  ActionBook& book = parts_->actions;
  const QString menu = QStringLiteral("Edit");
  QAction* undo =
      book.add({QStringLiteral("edit.undo"), menu, tr("&Undo"), tr("Take the last change back"),
                QKeySequence::Undo, QStringLiteral("undo")},
               this, [this] { parts_->undo.undo(); });
  QAction* redo = book.add({QStringLiteral("edit.redo"), menu, tr("&Redo"), tr("Do it again"),
                            QKeySequence::Redo, QStringLiteral("redo")},
                           this, [this] { parts_->undo.redo(); });
  undo->setEnabled(false);
  redo->setEnabled(false);
  connect(&parts_->undo, &QUndoGroup::canUndoChanged, undo, &QAction::setEnabled);
  connect(&parts_->undo, &QUndoGroup::canRedoChanged, redo, &QAction::setEnabled);
  connect(&parts_->undo, &QUndoGroup::undoTextChanged, undo, [undo](const QString& what) {
    undo->setText(what.isEmpty() ? tr("&Undo") : tr("&Undo %1").arg(what));
  });
  connect(&parts_->undo, &QUndoGroup::redoTextChanged, redo, [redo](const QString& what) {
    redo->setText(what.isEmpty() ? tr("&Redo") : tr("&Redo %1").arg(what));
  });
  QAction* palette = book.add({QStringLiteral("edit.palette"), menu, tr("&Command palette"),
                               tr("Every action, recipe and run by name"),
                               QKeySequence(QStringLiteral("Ctrl+K")), QStringLiteral("search")},
                              this, [this] { palette_->open(); });
  palette->setShortcuts(
      {QKeySequence(QStringLiteral("Ctrl+K")), QKeySequence(QStringLiteral("Ctrl+Shift+P"))});
  book.add({QStringLiteral("edit.shortcuts"),
            menu,
            tr("&Shortcuts..."),
            tr("Change the keys of any action"),
            {},
            QStringLiteral("settings")},
           this, [this] { ShortcutEditor(parts_->actions, this).exec(); });
}

void MainWindow::addViewActions() {
  ActionBook& book = parts_->actions;
  const QString menu = QStringLiteral("View");
  auto* schemes = new QActionGroup(this);
  const std::array<std::pair<QString, look::Scheme>, 3> kinds{
      std::pair(tr("Colours of the &system"), look::Scheme::kSystem),
      std::pair(tr("&Light"), look::Scheme::kLight), std::pair(tr("&Dark"), look::Scheme::kDark)};
  const int chosen = WindowSettings().value(QStringLiteral("window/scheme"), 0).toInt();
  for (const auto& [text, scheme] : kinds) {
    const int number = static_cast<int>(scheme);
    QAction* action = book.add({QStringLiteral("view.scheme%1").arg(number),
                                menu,
                                text,
                                tr("Colours of the window"),
                                {},
                                {}},
                               this, [scheme = scheme, number] {
                                 look::apply(*qApp, scheme);
                                 WindowSettings().setValue(QStringLiteral("window/scheme"), number);
                               });
    action->setCheckable(true);
    action->setChecked(number == chosen);
    schemes->addAction(action);
  }
  QAction* announce = book.add({QStringLiteral("view.announce"),
                                menu,
                                tr("&Tell the desktop of ended runs and alerts"),
                                tr("A desktop notification while this window is not active"),
                                {},
                                {}},
                               this, [] {});
  announce->setCheckable(true);
  announce->setChecked(announcesOnDesktop());
  connect(announce, &QAction::toggled, this, &setAnnouncesOnDesktop);
  book.add({QStringLiteral("view.fullscreen"),
            menu,
            tr("&Full screen"),
            {},
            QKeySequence::FullScreen,
            {}},
           this, [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
  book.add({QStringLiteral("view.reset"),
            menu,
            tr("&Reset layout"),
            tr("Put every panel back in its place"),
            {},
            {}},
           this, [this] { resetLayout(); });
}

void MainWindow::addHelpActions() {
  ActionBook& book = parts_->actions;
  const QString menu = QStringLiteral("Help");
  book.add({QStringLiteral("help.notices"),
            menu,
            tr("&Notices"),
            tr("Everything that was reported"),
            {},
            QStringLiteral("warning")},
           this, [this] { showNotices(); });
  book.add({QStringLiteral("help.diagnostics"),
            menu,
            tr("Save &diagnostics..."),
            tr("Versions, machine and what was reported, as one text"),
            {},
            {}},
           this, [this] { saveDiagnostics(); });
  book.add({QStringLiteral("help.about"), menu, tr("&About Warmstart"), {}, {}, {}}, this,
           [this] { showAbout(); });
}

void MainWindow::showNotices() {
  QString text;
  for (const Notice& notice : toasts_->log()) {
    text +=
        notice.time.toString(Qt::ISODate) + QStringLiteral("  ") + notice.text + QLatin1Char('\n');
    if (!notice.detail.isEmpty())
      text += QStringLiteral("    ") + notice.detail + QLatin1Char('\n');
  }
  QDialog dialog(this);
  dialog.setWindowTitle(tr("Notices"));
  dialog.resize(90 * look::kGrid, 50 * look::kGrid);
  auto* column = new QVBoxLayout(&dialog);
  auto* list = new QPlainTextEdit(text.isEmpty() ? tr("Nothing was reported.") : text);
  list->setReadOnly(true);
  list->setAccessibleName(dialog.windowTitle());
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
  connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
  column->addWidget(list);
  column->addWidget(buttons);
  dialog.exec();
}

void MainWindow::saveDiagnostics() {
  const QString file = QFileDialog::getSaveFileName(
      this, tr("Save diagnostics"), QDir::homePath() + QStringLiteral("/warmstart-diagnostics.txt"),
      tr("Text (*.txt)"));
  if (file.isEmpty()) return;
  parts_->program.start(
      {}, {QStringLiteral("doctor")}, this, [this, file](const ProgramResult& result) {
        const QString doctor = result.good() ? QString::fromUtf8(result.output) : result.problem();
        try {
          write_atomically(Path(file.toStdString()),
                           diagnosticsText(parts_->session, doctor, toasts_->log()).toStdString());
          parts_->notices.tell(tr("Diagnostics saved: %1").arg(file));
        } catch (const Error& error) {
          parts_->notices.fail(error);
        }
      });
}

void MainWindow::showAbout() {
  parts_->program.start({}, {QStringLiteral("doctor")}, this, [this](const ProgramResult& result) {
    QMessageBox box(this);
    box.setWindowTitle(tr("About Warmstart"));
    box.setText(tr("Warmstart %1, a workbench for pretraining research. GPL-3.0-or-later.")
                    .arg(QApplication::applicationVersion()));
    box.setDetailedText(result.good() ? QString::fromUtf8(result.output) : result.problem());
    box.exec();
  });
}

void MainWindow::addMenus() {
  for (const MenuCard& card : kMenus) {
    QMenu* menu = menuBar()->addMenu(QCoreApplication::translate("Menu", card.title));
    menu->setObjectName(QString::fromLatin1(card.id));
    menu->menuAction()->setVisible(false);
  }
  for (QAction* action : parts_->actions.all()) addToMenu(action);
  connect(&parts_->actions, &ActionBook::added, this, &MainWindow::addToMenu);
  auto* recent =
      new RecentWorkspaces(QString::fromStdString(parts_->session.root().string()), this);
  connect(recent, &RecentWorkspaces::chosen, this, &MainWindow::workspaceWanted);
  menuBar()
      ->findChild<QMenu*>(QStringLiteral("File"), Qt::FindDirectChildrenOnly)
      ->insertMenu(parts_->actions.find(QStringLiteral("file.quit")), recent);
  menuBar()
      ->findChild<QMenu*>(QStringLiteral("View"), Qt::FindDirectChildrenOnly)
      ->insertMenu(parts_->actions.find(QStringLiteral("view.reset")),
                   new Layouts(this, kDockVersion));
}

void MainWindow::addToMenu(QAction* action) {
  auto* menu = menuBar()->findChild<QMenu*>(ActionBook::menuOf(action), Qt::FindDirectChildrenOnly);
  if (!menu) return;
  menu->addAction(action);
  menu->menuAction()->setVisible(true);
}

void MainWindow::addToolBar() {
  QToolBar* bar = QMainWindow::addToolBar(tr("Tools"));
  bar->setObjectName(QStringLiteral("tools"));
  bar->setMovable(false);
  bar->setIconSize(QSize(18, 18));
  for (const QString& id : order_) {
    if (QAction* action = parts_->actions.find(QStringLiteral("view.") + id))
      bar->addAction(action);
  }
  bar->addSeparator();
  for (const char* id : {"edit.undo", "edit.redo", "edit.palette"})
    bar->addAction(parts_->actions.find(QString::fromLatin1(id)));
}

void MainWindow::addPaletteEntries() {
  parts_->actions.addEntries([this] {
    std::vector<PaletteEntry> entries;
    for (const RunRecord& run : parts_->session.index().runs) {
      const QString id = QString::fromStdString(run.info.run);
      entries.push_back(
          {id, QString::fromStdString(run.info.title), QStringLiteral("runs"), [this, id] {
             parts_->selection.setRun(id);
             showPanel(QStringLiteral("live"));
           }});
    }
    return entries;
  });
}

}  // namespace warmstart
