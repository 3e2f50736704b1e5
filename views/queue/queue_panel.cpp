#include "views/queue/queue_panel.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QMenu>
#include <QSettings>
#include <QSpinBox>
#include <QStackedWidget>
#include <QToolBar>
#include <QTreeView>

#include "views/desk/action_book.h"
#include "views/desk/banner.h"
#include "views/desk/empty_state.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"
#include "views/look/icons.h"
#include "views/look/theme.h"
#include "views/queue/gpu_load.h"
#include "views/queue/live_jobs.h"
#include "views/queue/queue_actions.h"
#include "views/queue/queue_delegate.h"
#include "views/queue/start_estimates.h"

namespace warmstart {
namespace {

/// Widths of another set of columns would go to the wrong ones.
const QString kColumnsKey = QStringLiteral("columns%1").arg(int{QueueModel::kColumns});

const RegisteredPanel queue_panel_card{
    {.id = "queue",
     .title = QT_TRANSLATE_NOOP("Panel", "Queue"),
     .icon = "queue",
     .order = 30,
     .shortcut = "Ctrl+3",
     .create = [](Desk& desk) -> Panel* { return new QueuePanel(desk); }}};

}  // namespace

QueuePanel::QueuePanel(Desk& desk)
    : desk_(desk),
      model_(new QueueModel(this)),
      view_(new QTreeView(this)),
      runner_banner_(new Banner(this)),
      problem_banner_(new Banner(this)),
      pages_(new QStackedWidget(this)),
      empty_(new EmptyState(this)),
      actions_(new QueueActions(desk, this)),
      live_(new LiveJobs(desk, this)),
      gpus_(new GpuLoad(this)) {
  makeView();
  makeEmptyState();
  pages_->addWidget(empty_);
  pages_->addWidget(view_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(makeToolBar());
  column->addWidget(runner_banner_);
  column->addWidget(problem_banner_);
  column->addWidget(makeExtendBar());
  column->addWidget(pages_, 1);
  setFocusProxy(view_);
  connect(&desk_.session, &Session::indexChanged, this, &QueuePanel::refresh);
  connect(live_, &LiveJobs::progressed, model_, &QueueModel::setLive);
  connect(gpus_, &GpuLoad::found, model_, &QueueModel::setGpus);
  connect(model_, &QueueModel::moveWanted, actions_, &QueueActions::moveTo);
  connect(actions_, &QueueActions::refused, this, [this](const Error& error) {
    problem_banner_->show(Notice::Level::kError, QString::fromUtf8(error.what()), tr("Dismiss"),
                          [this] { problem_banner_->clear(); });
  });
  load_timer_.setInterval(2000);
  connect(&load_timer_, &QTimer::timeout, this, &QueuePanel::readMachine);
}

QWidget* QueuePanel::makeToolBar() {
  auto* bar = new QToolBar(this);
  bar->setIconSize({2 * look::kGrid, 2 * look::kGrid});
  bar->setAccessibleName(tr("Queue commands"));
  for (const char* id : {"queue.start", "", "queue.pause", "queue.resume", "queue.stop",
                         "queue.cancel", "queue.retry", "queue.extend", "", "queue.up",
                         "queue.down", "", "queue.show", "queue.folder"}) {
    if (*id == '\0') {
      bar->addSeparator();
    } else {
      bar->addAction(desk_.actions.find(QString::fromLatin1(id)));
    }
  }
  auto* start = qobject_cast<QToolButton*>(bar->widgetForAction(actions_->startRunner()));
  start->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  return bar;
}

QWidget* QueuePanel::makeExtendBar() {
  extend_bar_ = new QWidget(this);
  extend_steps_ = new QSpinBox(extend_bar_);
  extend_steps_->setRange(1, 10'000'000);
  extend_steps_->setValue(100);
  extend_steps_->setSuffix(tr(" steps"));
  extend_steps_->setGroupSeparatorShown(true);
  extend_steps_->setAccessibleName(tr("Steps to add"));
  auto* go = new QPushButton(tr("Extend"), extend_bar_);
  auto* close = new QPushButton(tr("Close"), extend_bar_);
  auto* label = new QLabel(tr("&Add to the last stage:"), extend_bar_);
  label->setBuddy(extend_steps_);
  auto* row = new QHBoxLayout(extend_bar_);
  row->setContentsMargins(2 * look::kGrid, look::kGrid, look::kGrid, look::kGrid);
  for (QWidget* part : std::initializer_list<QWidget*>{label, extend_steps_, go, close})
    row->addWidget(part);
  row->addStretch(1);
  extend_bar_->hide();
  connect(actions_, &QueueActions::extendWanted, this, [this] {
    extend_bar_->show();
    extend_steps_->setFocus();
    extend_steps_->selectAll();
  });
  connect(close, &QPushButton::clicked, extend_bar_, &QWidget::hide);
  connect(go, &QPushButton::clicked, this, [this] {
    actions_->extendBy(extend_steps_->value());
    extend_bar_->hide();
    view_->setFocus();
  });
  return extend_bar_;
}

void QueuePanel::makeView() {
  view_->setModel(model_);
  view_->setItemDelegate(new QueueDelegate(view_));
  view_->setAccessibleName(tr("Jobs by device"));
  view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  view_->setAllColumnsShowFocus(true);
  view_->setUniformRowHeights(true);
  view_->setIndentation(2 * look::kGrid);
  view_->setDragDropMode(QAbstractItemView::DragDrop);
  view_->setDefaultDropAction(Qt::MoveAction);
  view_->setDropIndicatorShown(true);
  view_->setFrameShape(QFrame::NoFrame);
  view_->setContextMenuPolicy(Qt::CustomContextMenu);
  view_->header()->setSectionsMovable(false);
  view_->header()->setStretchLastSection(true);
  const int widths[] = {270, 76, 110, 84, 220, 64, 76, 72};
  for (int column = 0; column < QueueModel::kPriority; ++column)
    view_->setColumnWidth(column, widths[column]);
  connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
          &QueuePanel::chooseJobs);
  connect(view_, &QTreeView::expanded, this, [this](const QModelIndex& index) {
    if (index == model_->indexOfLane(QueueLane::Kind::kEnded)) ended_open_ = true;
  });
  connect(view_, &QTreeView::collapsed, this, [this](const QModelIndex& index) {
    if (index == model_->indexOfLane(QueueLane::Kind::kEnded)) ended_open_ = false;
  });
  connect(view_, &QTreeView::activated, this, [this](const QModelIndex& index) {
    if (model_->job(index) != nullptr) desk_.actions.find(QStringLiteral("queue.show"))->trigger();
  });
  connect(view_, &QTreeView::customContextMenuRequested, this, [this](const QPoint& at) {
    QMenu menu(this);
    actions_->fillMenu(menu);
    menu.exec(view_->viewport()->mapToGlobal(at));
  });
}

void QueuePanel::makeEmptyState() {
  empty_->setContent(QStringLiteral("queue"),
                     tr("Nothing is queued. An experiment that is submitted in Set-up waits and "
                        "runs here."),
                     tr("Open Set-up"),
                     [this] { emit desk_.selection.panelWanted(QStringLiteral("setup")); });
}

void QueuePanel::showEvent(QShowEvent* event) {
  Panel::showEvent(event);
  readMachine();
  load_timer_.start();
  if (stale_) refresh();
  live_->follow(runningRuns());
}

void QueuePanel::hideEvent(QHideEvent* event) {
  Panel::hideEvent(event);
  load_timer_.stop();
  live_->follow({});
}

void QueuePanel::refresh() {
  actions_->setRunner(desk_.session.index().runner.has_value());
  stale_ = !isVisible();
  if (stale_) return;
  takeLanes();
  estimateStarts();
  tellRunner();
  pages_->setCurrentWidget(desk_.session.index().jobs.empty() ? static_cast<QWidget*>(empty_)
                                                              : view_);
  live_->follow(runningRuns());
}

void QueuePanel::takeLanes() {
  const std::vector<std::int64_t> chosen = chosenIds();
  const QModelIndex current = view_->currentIndex();
  const Job* current_job = model_->job(current);
  const std::int64_t current_id = current_job != nullptr ? current_job->id : 0;
  bool reset = false;
  const auto watch = connect(model_, &QAbstractItemModel::modelReset, this, [&] { reset = true; });
  model_->setLanes(arrangeLanes(desk_.session.index()));
  disconnect(watch);
  if (reset) {
    const bool ended_open = ended_open_;
    for (int lane = 0; lane < model_->rowCount(); ++lane) {
      view_->setFirstColumnSpanned(lane, {}, true);
      const QModelIndex header = model_->index(lane, 0);
      const bool ended = header == model_->indexOfLane(QueueLane::Kind::kEnded);
      view_->setExpanded(header, !ended || ended_open);
    }
    QItemSelection selection;
    for (const std::int64_t id : chosen) {
      const QModelIndex row = model_->indexOfJob(id);
      if (row.isValid()) selection.select(row, row.siblingAtColumn(QueueModel::kColumns - 1));
    }
    const QModelIndex cursor = model_->indexOfJob(current_id);
    if (cursor.isValid())
      view_->selectionModel()->setCurrentIndex(cursor, QItemSelectionModel::NoUpdate);
    view_->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
  }
  chooseJobs();
}

void QueuePanel::tellRunner() {
  const Index& index = desk_.session.index();
  const int open = openJobs(index);
  if (index.runner || open == 0) {
    runner_banner_->clear();
    return;
  }
  runner_banner_->show(Notice::Level::kWarning, tr("Nobody executes jobs: %1 open.").arg(open),
                       tr("Start"), [this] { actions_->startRunner()->trigger(); });
}

std::vector<std::int64_t> QueuePanel::chosenIds() const {
  std::vector<QModelIndex> rows;
  for (const QModelIndex& index : view_->selectionModel()->selectedRows()) rows.push_back(index);
  std::sort(rows.begin(), rows.end(), [](const QModelIndex& a, const QModelIndex& b) {
    return std::pair(a.internalId(), a.row()) < std::pair(b.internalId(), b.row());
  });
  std::vector<std::int64_t> ids;
  for (const QModelIndex& row : rows) {
    if (const Job* job = model_->job(row)) ids.push_back(job->id);
  }
  return ids;
}

void QueuePanel::chooseJobs() {
  std::vector<Job> chosen, waiting;
  for (const std::int64_t id : chosenIds()) chosen.push_back(*model_->job(model_->indexOfJob(id)));
  const QModelIndex lane = model_->indexOfLane(QueueLane::Kind::kWaiting);
  if (lane.isValid()) waiting = model_->lanes()[static_cast<std::size_t>(lane.row())].jobs;
  actions_->setJobs(std::move(chosen), std::move(waiting));
}

void QueuePanel::readMachine() {
  model_->setMachine(load_.read());
  gpus_->read(desk_.session.index().devices);
  estimateStarts();
}

/// Where nobody executes jobs, none of them will start; their notes say so.
void QueuePanel::estimateStarts() {
  const Index& index = desk_.session.index();
  model_->setStarts(index.runner ? startEstimates(index, model_->live())
                                 : QHash<qint64, std::optional<double>>());
}

QStringList QueuePanel::runningRuns() const {
  QStringList runs;
  for (const Job& job : desk_.session.index().jobs) {
    if (job.state == JobState::kRunning) runs << QString::fromStdString(job.run);
  }
  return runs;
}

void QueuePanel::saveState(QSettings& settings) const {
  settings.setValue(kColumnsKey, view_->header()->saveState());
  settings.setValue(QStringLiteral("endedOpen"), ended_open_);
}

void QueuePanel::restoreState(QSettings& settings) {
  view_->header()->restoreState(settings.value(kColumnsKey).toByteArray());
  ended_open_ = settings.value(QStringLiteral("endedOpen"), false).toBool();
}

}  // namespace warmstart
