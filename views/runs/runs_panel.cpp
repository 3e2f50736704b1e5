#include "views/runs/runs_panel.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QComboBox>
#include <QDesktopServices>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSaveFile>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QToolButton>
#include <QTreeView>

#include "views/desk/action_book.h"
#include "views/desk/banner.h"
#include "views/desk/empty_state.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"
#include "views/look/icons.h"
#include "views/look/theme.h"
#include "views/runs/claims_view.h"
#include "views/runs/column_chooser.h"
#include "views/runs/compare_view.h"
#include "views/runs/lineage_view.h"
#include "views/runs/metric_fetch.h"
#include "views/runs/roomy_rows.h"
#include "views/runs/run_changes.h"
#include "views/runs/runs_view.h"
#include "views/runs/sweep_view.h"

namespace warmstart {
namespace {

const RegisteredPanel runs_panel_card{
    {.id = "runs",
     .title = QT_TRANSLATE_NOOP("Panel", "Runs"),
     .icon = "runs",
     .order = 40,
     .shortcut = "Ctrl+4",
     .create = [](Desk& desk) -> Panel* { return new RunsPanel(desk); }}};

}  // namespace

RunsPanel::RunsPanel(Desk& desk)
    : desk_(desk),
      model_(new RunsModel(this)),
      view_(new RunsView(this)),
      filter_(new QLineEdit(this)),
      group_(new QComboBox(this)),
      count_(new QLabel(this)),
      banner_(new Banner(this)),
      empty_(new EmptyState(this)),
      claims_(new ClaimsView(this)),
      compare_(new CompareView(desk, this)),
      sweep_(new SweepView(desk, this)),
      lineage_(new LineageView(desk, this)),
      chooser_(new ColumnChooser(this)),
      fetch_(new MetricFetch(desk, *model_, this)),
      changes_(new RunChanges(desk, this)) {
  makeView();
  addActions();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(makeBar());
  column->addWidget(banner_);
  column->addWidget(makePages(), 1);
  setFocusProxy(view_);
  connectModel();
}

QWidget* RunsPanel::makeBar() {
  auto* bar = new QWidget(this);
  filter_->setObjectName(QStringLiteral("filter"));
  group_->setObjectName(QStringLiteral("group"));
  filter_->setPlaceholderText(tr("Filter"));
  filter_->setToolTip(
      tr("All words must match; recipe: arm: state: tag: seed: profile: device: "
         "note: claim: look in one column"));
  filter_->setAccessibleName(tr("Filter runs"));
  filter_->setClearButtonEnabled(true);
  group_->setAccessibleName(tr("Group runs"));
  for (const QString& text : {tr("No groups"), tr("By recipe"), tr("By experiment")})
    group_->addItem(text);
  auto* columns = new QToolButton(bar);
  columns->setDefaultAction(desk_.actions.find(QStringLiteral("runs.columns")));
  columns->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  auto* remove = new QToolButton(bar);
  remove->setDefaultAction(desk_.actions.find(QStringLiteral("runs.delete")));
  for (QToolButton* button : {columns, remove}) {
    button->setAutoRaise(true);
    button->setIconSize({2 * look::kGrid, 2 * look::kGrid});
  }
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(look::kGrid, look::kGrid / 2, look::kGrid, look::kGrid / 2);
  row->setSpacing(look::kGrid);
  row->addWidget(filter_, 1);
  row->addWidget(count_);
  row->addWidget(group_);
  row->addWidget(columns);
  row->addWidget(remove);
  return bar;
}

QWidget* RunsPanel::makePages() {
  tabs_ = new QTabWidget(this);
  tabs_->setDocumentMode(true);
  tabs_->addTab(claims_, look::icon(QStringLiteral("check")), tr("Claims"));
  tabs_->addTab(compare_, look::icon(QStringLiteral("chart")), tr("Compare"));
  tabs_->addTab(sweep_, look::icon(QStringLiteral("live")), tr("Sweep"));
  tabs_->addTab(lineage_, look::icon(QStringLiteral("link")), tr("Lineage"));
  split_ = new QSplitter(Qt::Vertical, this);
  split_->addWidget(view_);
  split_->addWidget(tabs_);
  split_->setStretchFactor(0, 3);
  split_->setStretchFactor(1, 1);
  split_->setSizes({500, 220});
  pages_ = new QStackedWidget(this);
  pages_->addWidget(empty_);
  pages_->addWidget(split_);
  empty_->setContent(QStringLiteral("runs"),
                     tr("No runs yet. Choose an experiment in the gallery and run it."),
                     tr("Open the gallery"),
                     [this] { emit desk_.selection.panelWanted(QStringLiteral("gallery")); });
  return pages_;
}

void RunsPanel::makeView() {
  view_->setModel(model_);
  view_->setAccessibleName(tr("Runs"));
  view_->setItemDelegate(new RoomyRows(view_));
  view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  view_->setAllColumnsShowFocus(true);
  view_->setUniformRowHeights(true);
  view_->setAlternatingRowColors(true);
  view_->setRootIsDecorated(false);
  view_->setIndentation(2 * look::kGrid);
  view_->setFrameShape(QFrame::NoFrame);
  view_->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
  view_->setContextMenuPolicy(Qt::CustomContextMenu);
  view_->header()->setSortIndicator(RunsModel::kCreated, Qt::DescendingOrder);
  view_->setSortingEnabled(true);
  view_->header()->setStretchLastSection(false);
  const int widths[] = {84, 150, 100, 52, 96, 88, 96, 84, 110, 160, 72, 64};
  for (int column = 0; column < RunsModel::kFixedColumns; ++column)
    view_->setColumnWidth(column, widths[column]);
  view_->installEventFilter(this);
  connect(view_, &QTreeView::customContextMenuRequested, this, &RunsPanel::showMenu);
}

void RunsPanel::connectModel() {
  connect(filter_, &QLineEdit::textChanged, model_, &RunsModel::setFilter);
  connect(group_, &QComboBox::currentIndexChanged, this,
          [this](int index) { model_->setGrouping(static_cast<RunsModel::Grouping>(index)); });
  connect(model_, &QAbstractItemModel::modelAboutToBeReset, this, &RunsPanel::keepSelection);
  connect(model_, &QAbstractItemModel::modelReset, this, &RunsPanel::restoreSelection);
  connect(model_, &QAbstractItemModel::layoutChanged, this, &RunsPanel::arrangeGroups);
  connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
          &RunsPanel::selectionMade);
  connect(model_, &RunsModel::tagsEdited, this,
          [this](const QString& run, const QStringList& tags) {
            if (const RunRow* row = model_->row(model_->indexOfRun(run)))
              changes_->setTags(*row, tags);
          });
  connect(model_, &RunsModel::noteEdited, this, [this](const QString& run, const QString& note) {
    if (const RunRow* row = model_->row(model_->indexOfRun(run))) changes_->setNote(*row, note);
  });
  connect(changes_, &RunChanges::refused, this, [this](const Error& error) {
    banner_->show(Notice::Level::kError, QString::fromUtf8(error.what()), tr("Dismiss"),
                  [this] { banner_->clear(); });
  });
  connect(chooser_, &ColumnChooser::chosen, this, &RunsPanel::chooseMetrics);
  connect(&desk_.session, &Session::indexChanged, this, &RunsPanel::refresh);
  connect(&desk_.selection, &Selection::runsChanged, this, &RunsPanel::selectRuns);
}

void RunsPanel::addActions() {
  const auto add = [this](const char* id, const QString& text, const QString& tip,
                          const QString& icon, const QKeySequence& key, void (RunsPanel::*act)()) {
    desk_.actions.add(
        {.id = QString::fromLatin1(id),
         .menu = QStringLiteral("Run"),
         .text = text,
         .tip = tip,
         .shortcut = key,
         .icon = icon},
        this, [this, act] { (this->*act)(); }, Qt::WidgetWithChildrenShortcut);
  };
  add("runs.columns", tr("&Columns"), tr("Choose which metrics the table shows"),
      QStringLiteral("settings"), {}, &RunsPanel::openColumns);
  add("runs.delete", tr("&Delete runs"), tr("Move the chosen runs to the workspace's trash"),
      QStringLiteral("delete"), QKeySequence::Delete, &RunsPanel::askToDelete);
  add("runs.copy", tr("C&opy runs"), tr("Copy the chosen lines, with tabs between cells"),
      QStringLiteral("copy"), QKeySequence::Copy, &RunsPanel::copyCells);
  add("runs.csv", tr("Export &table as CSV..."), tr("Write the shown runs with all columns"),
      QStringLiteral("save"), {}, &RunsPanel::exportCsv);
  desk_.actions.add({.id = QStringLiteral("runs.folder"),
                     .menu = QStringLiteral("Run"),
                     .text = tr("Open run &folder"),
                     .tip = tr("Open the run's folder in the file manager"),
                     .icon = QStringLiteral("folder")},
                    this, [this] {
                      const RunFolder folder = desk_.session.runFolder(desk_.selection.run());
                      QDesktopServices::openUrl(
                          QUrl::fromLocalFile(QString::fromStdString(folder.root.string())));
                    });
  desk_.actions.add(
      {.id = QStringLiteral("runs.find"),
       .menu = QStringLiteral("Run"),
       .text = tr("&Filter runs"),
       .tip = tr("Go to the filter of the table"),
       .shortcut = QKeySequence::Find,
       .icon = QStringLiteral("search")},
      this, [this] { filter_->setFocus(); }, Qt::WidgetWithChildrenShortcut);
}

void RunsPanel::showEvent(QShowEvent* event) {
  Panel::showEvent(event);
  if (stale_) refresh();
}

void RunsPanel::focusInEvent(QFocusEvent* event) {
  Panel::focusInEvent(event);
  changes_->stack().setActive();
}

bool RunsPanel::eventFilter(QObject* object, QEvent* event) {
  if (event->type() == QEvent::FocusIn) changes_->stack().setActive();
  return Panel::eventFilter(object, event);
}

void RunsPanel::refresh() {
  stale_ = !isVisible();
  if (stale_) return;
  const Index& index = desk_.session.index();
  model_->setRows(runRows(index));
  fetch_->indexChanged();
  claims_->setClaims(index.claims);
  pages_->setCurrentIndex(index.runs.empty() ? 0 : 1);
  countRuns();
}

void RunsPanel::countRuns() {
  count_->setText(model_->shownRuns() == model_->allRuns()
                      ? tr("%L1 runs").arg(model_->allRuns())
                      : tr("%L1 of %L2 runs").arg(model_->shownRuns()).arg(model_->allRuns()));
  const QStringList chosen = chosenRuns();
  for (const char* id : {"runs.delete", "runs.copy", "runs.folder"})
    desk_.actions.find(QString::fromLatin1(id))->setEnabled(!chosen.isEmpty());
}

QStringList RunsPanel::chosenRuns() const {
  QModelIndexList rows = view_->selectionModel()->selectedRows();
  std::sort(rows.begin(), rows.end(), [](const QModelIndex& a, const QModelIndex& b) {
    return std::pair(a.internalId(), a.row()) < std::pair(b.internalId(), b.row());
  });
  QStringList runs;
  for (const QModelIndex& index : rows) {
    if (const RunRow* row = model_->row(index)) runs << row->id;
  }
  return runs;
}

void RunsPanel::keepSelection() {
  kept_ = chosenRuns();
  selecting_ = true;
}

void RunsPanel::restoreSelection() {
  selecting_ = false;
  placeMetrics();
  arrangeGroups();
  QStringList alive;
  for (const QString& run : kept_) {
    if (desk_.session.index().findRun(run) != nullptr) alive << run;
  }
  selectRuns(alive);
  // A deleted run is no longer what the other panels look at.
  if (alive != kept_) desk_.selection.setRuns(alive);
  countRuns();
}

void RunsPanel::selectRuns(const QStringList& runs) {
  if (selecting_ || runs == chosenRuns()) return;
  selecting_ = true;
  QItemSelection selection;
  for (const QString& run : runs) {
    const QModelIndex row = model_->indexOfRun(run);
    if (row.isValid()) selection.select(row, row.siblingAtColumn(model_->columnCount() - 1));
  }
  view_->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
  if (!selection.isEmpty()) view_->scrollTo(selection.indexes().first());
  selecting_ = false;
  compare_->setRuns(runs);
  sweep_->setRuns(runs);
  lineage_->setRun(runs.value(0));
  countRuns();
}

void RunsPanel::selectionMade() {
  if (selecting_) return;
  selecting_ = true;
  const QStringList runs = chosenRuns();
  desk_.selection.setRuns(runs);
  compare_->setRuns(runs);
  sweep_->setRuns(runs);
  lineage_->setRun(runs.value(0));
  selecting_ = false;
  countRuns();
}

void RunsPanel::placeMetrics() {
  // Beside what names the run, so that they are seen without scrolling.
  QHeaderView* header = view_->header();
  for (int i = 0; i < static_cast<int>(model_->metricColumns().size()); ++i)
    header->moveSection(header->visualIndex(RunsModel::kFixedColumns + i),
                        RunsModel::kSeed + 1 + i);
}

void RunsPanel::arrangeGroups() {
  const bool grouped = model_->grouping() != RunsModel::Grouping::kNone;
  view_->setRootIsDecorated(grouped);
  if (!grouped) return;
  view_->expandAll();
}

void RunsPanel::openColumns() {
  desk_.session.ask(
      this, [](Workspace& workspace) { return metric_names(workspace); },
      [this](const std::vector<MetricName>& names) {
        chooser_->setMetrics(names, model_->metricColumns());
        chooser_->move(mapToGlobal(
            QPoint(width() - chooser_->width() - look::kGrid, filter_->parentWidget()->height())));
        chooser_->show();
      });
}

void RunsPanel::chooseMetrics(const std::vector<MetricColumn>& columns) {
  fetch_->setColumns(columns);
  for (int i = 0; i < static_cast<int>(columns.size()); ++i)
    view_->setColumnWidth(RunsModel::kFixedColumns + i, 140);
}

void RunsPanel::askToDelete() {
  const QStringList runs = chosenRuns();
  if (runs.isEmpty()) return;
  const QString what =
      runs.size() == 1 ? runs.first() : tr("%n run(s)", nullptr, static_cast<int>(runs.size()));
  banner_->show(Notice::Level::kWarning,
                tr("Delete %1? Undo brings it back until Warmstart closes.").arg(what),
                tr("Delete"), [this, runs] {
                  banner_->clear();
                  changes_->remove(runs);
                  changes_->stack().setActive();
                });
}

void RunsPanel::copyCells() {
  QStringList lines;
  for (const QString& run : chosenRuns()) {
    const QModelIndex row = model_->indexOfRun(run);
    QStringList cells{run};
    for (int column = 0; column < model_->columnCount(); ++column)
      cells << row.siblingAtColumn(column).data().toString();
    lines << cells.join(QLatin1Char('\t'));
  }
  QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

void RunsPanel::exportCsv() {
  const QString name = QFileDialog::getSaveFileName(this, tr("Export table as CSV"),
                                                    QStringLiteral("runs.csv"), tr("CSV (*.csv)"));
  if (name.isEmpty()) return;
  QSaveFile file(name);
  const QByteArray text = model_->asCsv().toUtf8();
  if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
    banner_->show(Notice::Level::kError, tr("Cannot write %1: %2").arg(name, file.errorString()));
}

void RunsPanel::showMenu(const QPoint& at) {
  QMenu menu(this);
  for (const char* id : {"runs.folder", "runs.copy", "runs.csv", "runs.columns", "runs.delete"})
    menu.addAction(desk_.actions.find(QString::fromLatin1(id)));
  menu.exec(view_->viewport()->mapToGlobal(at));
}

QStringList RunsPanel::tourStops() const {
  return {QStringLiteral("main"), QStringLiteral("compare"), QStringLiteral("sweep"),
          QStringLiteral("lineage")};
}

void RunsPanel::showTourStop(const QString& stop) {
  tabs_->setCurrentWidget(stop == QLatin1String("compare")   ? static_cast<QWidget*>(compare_)
                          : stop == QLatin1String("sweep")   ? static_cast<QWidget*>(sweep_)
                          : stop == QLatin1String("lineage") ? static_cast<QWidget*>(lineage_)
                                                             : claims_);
}

void RunsPanel::saveState(QSettings& settings) const {
  settings.setValue(QStringLiteral("split"), split_->saveState());
  settings.setValue(QStringLiteral("tab"), tabs_->currentIndex());
  settings.setValue(QStringLiteral("sweep"), sweep_->state());
  settings.setValue(QStringLiteral("group"), group_->currentIndex());
  QStringList metrics;
  for (const MetricColumn& column : model_->metricColumns())
    metrics << column.data << column.metric << QString::number(static_cast<int>(column.pick));
  settings.setValue(QStringLiteral("metrics"), metrics);
  settings.setValue(QStringLiteral("columns"), view_->header()->saveState());
}

void RunsPanel::restoreState(QSettings& settings) {
  split_->restoreState(settings.value(QStringLiteral("split")).toByteArray());
  tabs_->setCurrentIndex(settings.value(QStringLiteral("tab"), 0).toInt());
  sweep_->setState(settings.value(QStringLiteral("sweep")).toMap());
  group_->setCurrentIndex(settings.value(QStringLiteral("group"), 0).toInt());
  const QStringList metrics = settings.value(QStringLiteral("metrics")).toStringList();
  std::vector<MetricColumn> columns;
  for (int i = 0; i + 2 < metrics.size(); i += 3)
    columns.push_back({metrics[i], metrics[i + 1],
                       static_cast<MetricPick>(std::clamp(metrics[i + 2].toInt(), 0, 3))});
  chooseMetrics(columns);
  view_->header()->restoreState(settings.value(QStringLiteral("columns")).toByteArray());
}

}  // namespace warmstart
