#include "app/gui/main_window.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QStatusBar>
#include <QVBoxLayout>

#include "app/gui/command_palette.h"
#include "app/gui/desk_parts.h"
#include "app/gui/dock_body.h"
#include "app/gui/dock_title.h"
#include "app/gui/outcome_watch.h"
#include "app/gui/selection_memory.h"
#include "app/gui/status_area.h"
#include "app/gui/toasts.h"
#include "app/gui/window_settings.h"
#include "core/run/run_import.h"
#include "views/desk/field_drops.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kLeftWidth = 400;
bool isRunFolder(const QString& path) {
  return QFileInfo::exists(path + QStringLiteral("/run.json"));
}

/// These two stand at the left, the others are tabs of the large area.
const QStringList kLeftPanels{QStringLiteral("runs"), QStringLiteral("queue")};

}  // namespace

MainWindow::MainWindow(const Path& workspace) : parts_(std::make_unique<DeskParts>(workspace)) {
  setObjectName(QStringLiteral("main"));
  setWindowTitle(QString::fromStdString(workspace.filename().string()) +
                 QStringLiteral(" - Warmstart"));
  setDockNestingEnabled(true);
  setDocumentMode(true);
  setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
  setAcceptDrops(true);
  new FieldDrops(this);
  resize(1280, 800);
  toasts_ = new Toasts(parts_->notices, this);
  status_ = new StatusArea(parts_->desk, this);
  statusBar()->addWidget(status_, 1);
  statusBar()->setSizeGripEnabled(false);
  palette_ = new CommandPalette(parts_->actions, this);
  addPanels();
  addActions();
  addMenus();
  addToolBar();
  addPaletteEntries();
  outcomes_ = new OutcomeWatch(parts_->desk, this, announceOnDesktop);
  connect(&parts_->session, &Session::actionFailed, this,
          [this](const Error& error) { parts_->notices.fail(error); });
  connect(&parts_->session, &Session::problemChanged, this, &MainWindow::showProblem);
  connect(&parts_->selection, &Selection::panelWanted, this, &MainWindow::showPanel);
  connect(&parts_->selection, &Selection::setupWanted, this,
          [this] { showPanel(QStringLiteral("setup")); });
  restoreLayout();
  memory_ = new SelectionMemory(parts_->desk, this);
}

MainWindow::~MainWindow() {
  // Panels refer to the desk: they go first.
  for (Panel* panel : std::as_const(panels_)) delete panel;
}

Desk& MainWindow::desk() { return parts_->desk; }

Panel* MainWindow::panel(const QString& id) const { return panels_.value(id); }

QStringList MainWindow::panelIds() const { return order_; }

QDockWidget* MainWindow::addDock(const PanelCard& card) {
  const QString id = QString::fromLatin1(card.id);
  auto* dock = new QDockWidget(QCoreApplication::translate("Panel", card.title), this);
  dock->setObjectName(id);
  Panel* panel = card.create(parts_->desk);
  panel->setAccessibleName(dock->windowTitle());
  const bool left = kLeftPanels.contains(id);
  dock->setWidget(new DockBody(panel, left ? QSize(kLeftWidth, 300) : QSize(880, 600)));
  dock->setTitleBarWidget(new DockTitle(dock));
  // A panel in a background tab is hidden for itself too, so that it does no work.
  connect(dock, &QDockWidget::visibilityChanged, panel, &QWidget::setVisible);
  // A dock that comes to the front of its tabs would cover notices.
  connect(dock, &QDockWidget::visibilityChanged, toasts_, &QWidget::raise, Qt::QueuedConnection);
  panels_.insert(id, panel);
  if (id == kLeftPanels.first()) dock->installEventFilter(this);
  order_ << id;
  connect(panel, &Panel::wanted, this, [this, id] { showPanel(id); });
  parts_->actions.add({.id = QStringLiteral("view.") + id,
                       .menu = QStringLiteral("View"),
                       .text = dock->windowTitle(),
                       .tip = tr("Show the panel \"%1\"").arg(dock->windowTitle()),
                       .shortcut = QKeySequence(QString::fromLatin1(card.shortcut)),
                       .icon = QString::fromLatin1(card.icon)},
                      this, [this, id] { showPanel(id); });
  return dock;
}

void MainWindow::addPanels() {
  for (const PanelCard& card : panelCards()) addDock(card);
  placeDocks();
}

void MainWindow::placeDocks() {
  QDockWidget* left = nullptr;
  QDockWidget* right = nullptr;
  QStringList places = kLeftPanels;
  for (const QString& id : order_) {
    if (!places.contains(id)) places << id;
  }
  for (const QString& id : places) {
    auto* dock = findChild<QDockWidget*>(id);
    if (!dock) continue;
    dock->setFloating(false);
    QDockWidget*& before = kLeftPanels.contains(id) ? left : right;
    if (!before) {
      addDockWidget(kLeftPanels.contains(id) ? Qt::LeftDockWidgetArea : Qt::RightDockWidgetArea,
                    dock);
    } else if (kLeftPanels.contains(id)) {
      splitDockWidget(before, dock, Qt::Vertical);
    } else {
      tabifyDockWidget(before, dock);
    }
    before = dock;
    dock->show();
  }
  for (const QString& id : order_) {
    if (kLeftPanels.contains(id)) continue;
    findChild<QDockWidget*>(id)->raise();
    break;
  }
}

void MainWindow::holdLeftWidth(int width) {
  // Docks without a central widget share a wider window among themselves: once it is laid out, the
  // column at the left gets its width back and the large area the rest.
  left_width_ = width;
  holding_ = true;
  QTimer::singleShot(0, this, [this] {
    QList<QDockWidget*> docks;
    QList<int> widths;
    for (const QString& id : order_) {
      auto* dock = findChild<QDockWidget*>(id);
      if (dock->isFloating() || dock->isHidden()) continue;
      docks << dock;
      widths << (kLeftPanels.contains(id) ? left_width_ : this->width() - left_width_);
    }
    resizeDocks(docks, widths, Qt::Horizontal);
    holding_ = false;
  });
}

void MainWindow::resizeEvent(QResizeEvent* event) {
  QMainWindow::resizeEvent(event);
  if (event->oldSize().width() > 0 && event->oldSize().width() != width())
    holdLeftWidth(left_width_);
  width_ = width();
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
  // The user moved the separator: the window itself has kept its width.
  if (event->type() == QEvent::Resize && !holding_ && isVisible() && width() == width_)
    left_width_ = static_cast<QWidget*>(watched)->width();
  return QMainWindow::eventFilter(watched, event);
}

void MainWindow::showPanel(const QString& id) {
  if (auto* dock = findChild<QDockWidget*>(id)) {
    dock->show();
    dock->raise();
    toasts_->raise();  // of a dock that was in front already nothing else tells
    panels_.value(id)->setFocus();
  }
}

void MainWindow::showProblem() {
  const QString& problem = parts_->session.problem();
  if (problem.isEmpty()) return;
  parts_->notices.fail(parts_->session.readOnly()
                           ? tr("This workspace can be read, but not changed.")
                           : tr("This workspace cannot be used."),
                       problem);
}

bool MainWindow::knows(const QString& path) const {
  if (isRunFolder(path)) return true;
  return std::any_of(panels_.begin(), panels_.end(),
                     [&](const Panel* panel) { return panel->accepts(path); });
}

bool MainWindow::openPath(const QString& path) {
  const QFileInfo info(path);
  if (isRunFolder(path)) {
    const QString runs =
        QString::fromStdString(parts_->session.root().string()) + QStringLiteral("/runs");
    if (info.dir().canonicalPath() == QFileInfo(runs).canonicalFilePath()) {
      parts_->selection.setRun(info.fileName());
      showPanel(QStringLiteral("live"));
    } else {
      parts_->notices.tell(tr("This run is in another workspace."), tr("Copy it here"),
                           [this, path] { copyRunHere(path); });
    }
    return true;
  }
  for (const QString& id : order_) {
    if (!panels_.value(id)->accepts(path)) continue;
    showPanel(id);
    panels_.value(id)->open(path);
    return true;
  }
  parts_->notices.warn(tr("Warmstart does not know what to do with this file."), path);
  return false;
}

void MainWindow::copyRunHere(const QString& folder) {
  parts_->session.ask(
      this,
      [path = Path(folder.toStdString())](Workspace& workspace) {
        return import_run(workspace, path);
      },
      [this](const std::string& run) {
        parts_->selection.setRun(QString::fromStdString(run));
        showPanel(QStringLiteral("live"));
      });
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  const QList<QUrl> urls = event->mimeData()->urls();
  const bool known = std::any_of(urls.begin(), urls.end(), [&](const QUrl& url) {
    return url.isLocalFile() && knows(url.toLocalFile());
  });
  if (known) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  for (const QUrl& url : event->mimeData()->urls()) {
    if (url.isLocalFile()) openPath(url.toLocalFile());
  }
  event->acceptProposedAction();
}

/// Exports and predictions are calls of this window: they end with it, which the user may not want.
bool MainWindow::mayEndTasks() {
  const auto& tasks = parts_->program.tasks();
  if (tasks.empty()) return true;
  QStringList titles;
  for (const ProgramTask* task : tasks) titles << task->title();
  QMessageBox box(QMessageBox::Question, tr("Close the Window?"),
                  tr("This ends with the window:\n%1").arg(titles.join(QLatin1Char('\n'))),
                  QMessageBox::Cancel, this);
  QPushButton* close = box.addButton(tr("Close Anyway"), QMessageBox::DestructiveRole);
  box.setDefaultButton(QMessageBox::Cancel);
  box.exec();
  return box.clickedButton() == close;
}

void MainWindow::closeEvent(QCloseEvent* event) {
  if (!mayEndTasks()) return event->ignore();
  const Index& index = parts_->session.index();
  const auto running = std::count_if(index.jobs.begin(), index.jobs.end(), [](const Job& job) {
    return job.state == JobState::kRunning;
  });
  if (running > 0 && announcesOnDesktop())
    announceOnDesktop(tr("%n job(s) go on without the window", nullptr, static_cast<int>(running)),
                      tr("Open the workspace again to see them."));
  saveLayout();
  QMainWindow::closeEvent(event);
}

void MainWindow::saveLayout() const {
  memory_->save();
  WindowSettings settings;
  settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
  settings.setValue(QStringLiteral("window/docks"), saveState(kDockVersion));
  for (const QString& id : order_) {
    settings.beginGroup(QStringLiteral("panel/") + id);
    panels_.value(id)->saveState(settings);
    settings.endGroup();
  }
}

void MainWindow::restoreLayout() {
  WindowSettings settings;
  if (settings.wasDamaged()) {
    parts_->notices.warn(tr("The window's settings were damaged; it starts with the defaults."),
                         settings.fileName());
  }
  restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
  const QByteArray docks = settings.value(QStringLiteral("window/docks")).toByteArray();
  if (!restoreState(docks, kDockVersion)) holdLeftWidth(kLeftWidth);
  for (const QString& id : order_) {
    settings.beginGroup(QStringLiteral("panel/") + id);
    panels_.value(id)->restoreState(settings);
    settings.endGroup();
  }
}

void MainWindow::resetLayout() {
  placeDocks();
  resize(1280, 800);
  holdLeftWidth(kLeftWidth);
}

}  // namespace warmstart
