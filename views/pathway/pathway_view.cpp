#include "views/pathway/pathway_view.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <QThread>
#include <QVBoxLayout>
#include <cmath>
#include <set>

#include "core/base/error.h"
#include "core/pathway/grokking_monitor.h"
#include "core/run/run_folder.h"
#include "views/desk/banner.h"
#include "views/look/theme.h"
#include "views/pathway/alignment_strip.h"
#include "views/pathway/course_plot.h"
#include "views/pathway/heat_map.h"
#include "views/pathway/pathway_tables.h"
#include "views/pathway/sample_model.h"

namespace warmstart {
namespace {

const RegisteredCaptureView pathway_capture_view{
    {.kind = "routing", .create = []() -> CaptureView* { return new PathwayView; }}};

/// runs/<id>/captures/<step>/<inspector>.safetensors -> runs/<id>
Path runOf(const Path& capture) { return capture.parent_path().parent_path().parent_path(); }

}  // namespace

PathwayView::PathwayView(QWidget* parent)
    : CaptureView(parent),
      model_(new SampleModel(this)),
      sorted_(new QSortFilterProxyModel(this)),
      banner_(new Banner(this)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(look::kGrid / 2);
  auto* row = new QHBoxLayout;
  fillTop(row);
  column->addLayout(row);
  column->addWidget(banner_);
  auto* halves = new QSplitter(Qt::Vertical, this);
  halves->setChildrenCollapsible(false);
  halves->addWidget(makeTop());
  halves->addWidget(makeTabs());
  halves->setStretchFactor(0, 1);
  halves->setStretchFactor(1, 1);
  column->addWidget(halves, 1);
}

void PathwayView::fillTop(QLayout* row) {
  summary_ = new QLabel(this);
  summary_->setAccessibleName(tr("State of the run"));
  aggregate_ = new QComboBox(this);
  aggregate_->addItem(tr("Mean over tokens"), QStringLiteral("mean"));
  aggregate_->addItem(tr("One token"), QStringLiteral("token"));
  aggregate_->setAccessibleName(tr("Routing weights of"));
  aggregate_->setToolTip(
      tr("Pathways from the mean routing weights of all tokens, or of the token "
         "that the recipe names"));
  group_ = new QComboBox(this);
  group_->setAccessibleName(tr("Group in colour"));
  group_->setToolTip(tr("Which group of samples keeps its colour"));
  auto* box = static_cast<QHBoxLayout*>(row);
  box->addWidget(summary_, 1);
  box->addWidget(aggregate_);
  box->addWidget(group_);
  connect(aggregate_, &QComboBox::activated, this, [this] {
    startScene();
    startCourse();
  });
  connect(group_, &QComboBox::activated, this, [this] {
    const QVariant group = group_->currentData();
    map_->setGroup(group.isValid() ? std::optional<std::int64_t>(group.toLongLong())
                                   : std::nullopt);
  });
}

QWidget* PathwayView::makeTop() {
  auto* halves = new QSplitter(Qt::Horizontal, this);
  halves->setChildrenCollapsible(false);
  map_ = new PathwayMap(halves);
  halves->addWidget(map_);
  halves->addWidget(makeSide());
  halves->setStretchFactor(0, 3);
  halves->setStretchFactor(1, 2);
  connect(map_, &PathwayMap::sampleClicked, this, [this](int sample, bool second) {
    second ? choose(first_, sample) : choose(sample, second_);
  });
  return halves;
}

QWidget* PathwayView::makeSide() {
  auto* side = new QWidget(this);
  auto* column = new QVBoxLayout(side);
  column->setContentsMargins(look::kGrid / 2, 0, 0, 0);
  column->setSpacing(look::kGrid / 2);
  sorted_->setSourceModel(model_);
  sorted_->setSortRole(SampleModel::kSortRole);
  table_ = new QTableView(side);
  table_->setModel(sorted_);
  table_->setSortingEnabled(true);
  table_->sortByColumn(SampleModel::kSample, Qt::AscendingOrder);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  table_->setAlternatingRowColors(true);
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setDefaultSectionSize(3 * look::kGrid);
  table_->horizontalHeader()->setStretchLastSection(true);
  table_->setMinimumWidth(30 * look::kGrid);
  table_->setAccessibleName(tr("Samples with their pathways"));
  table_->setToolTip(tr("One row: its pathway; two rows (Ctrl+click): their alignment"));
  words_ = new QLabel(tr("Choose a sample to see its pathway"), side);
  words_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  words_->setWordWrap(true);
  words_->setAccessibleName(tr("Chosen pathways"));
  alignment_ = new AlignmentStrip;
  auto* scroll = new QScrollArea(side);
  scroll->setWidget(alignment_);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFixedHeight(3 * 24 + 16);
  column->addWidget(table_, 1);
  column->addWidget(words_);
  column->addWidget(scroll);
  connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
    const QModelIndexList rows = table_->selectionModel()->selectedRows();
    if (rows.isEmpty()) return;
    const int current = sorted_->mapToSource(table_->currentIndex()).row();
    int other = -1;
    for (const QModelIndex& row : rows) {
      const int sample = sorted_->mapToSource(row).row();
      if (sample != current && (other < 0 || sample == first_)) other = sample;
    }
    other < 0 ? choose(current, -1) : choose(other, current);
  });
  return side;
}

QWidget* PathwayView::makeTabs() {
  tabs_ = new QTabWidget(this);
  tabs_->setDocumentMode(true);
  course_ = new CoursePlot(tabs_);
  matrix_ = new HeatMap(tabs_);
  matrix_->setAccessibleName(tr("Distances of all pairs of samples"));
  layers_ = new HeatMap(tabs_);
  layers_->setAccessibleName(tr("Distance by layer and step"));
  correlations_ = new QTableWidget(0, 6, tabs_);
  correlations_->setHorizontalHeaderLabels(
      {tr("Metric"), tr("Pearson r"), tr("p"), tr("Spearman ρ"), tr("p"), tr("n")});
  correlations_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  correlations_->setSelectionBehavior(QAbstractItemView::SelectRows);
  correlations_->setAlternatingRowColors(true);
  correlations_->verticalHeader()->hide();
  correlations_->verticalHeader()->setDefaultSectionSize(3 * look::kGrid);
  correlations_->setAccessibleName(tr("Correlation with the accuracy on unseen samples"));
  tabs_->addTab(course_, tr("Course"));
  tabs_->addTab(matrix_, tr("Distances"));
  tabs_->addTab(layers_, tr("Layers"));
  tabs_->addTab(correlations_, tr("Correlations"));
  tabs_->setTabToolTip(3, tr("With the accuracy on unseen samples, from memorization on"));
  connect(matrix_, &HeatMap::cellChosen, this, [this](int row, int column) {
    const auto& order = scene_->step.order;
    choose(static_cast<int>(order[static_cast<std::size_t>(row)]),
           static_cast<int>(order[static_cast<std::size_t>(column)]));
  });
  return tabs_;
}

std::string PathwayView::aggregateName() const {
  return aggregate_->currentData().toString().toStdString();
}

void PathwayView::setCapture(const CapturePtr& capture, int sample, const QStringList&) {
  const bool other_run = !capture_ || runOf(capture_->path()) != runOf(capture->path());
  const bool other_step = !capture_ || capture_->path() != capture->path();
  capture_ = capture;
  if (other_run) {
    scene_.reset();
    const QString own = QString::fromStdString(capture->info().value("aggregate", "mean"));
    aggregate_->setCurrentIndex(std::max(0, aggregate_->findData(own)));
    first_ = second_ = -1;
    group_->clear();
  }
  if (sample != picked_ || other_run) first_ = picked_ = sample;
  course_->setStep(static_cast<double>(capture->step()));
  other_step ? startScene() : showChosen();
  if (other_run) {
    known_course_.reset();
    course_->forgetZoom();
    startCourse();
  }
}

void PathwayView::setRecords(std::size_t count) {
  if (std::exchange(records_, count) != count) startCourse();
}

QByteArray PathwayView::csv() const {
  if (tabs_->currentWidget() == matrix_) return scene_ ? samplesCsv(*scene_) : QByteArray();
  if (!known_course_) return {};
  return tabs_->currentWidget() == correlations_ ? correlationsCsv(known_course_->correlations)
                                                 : courseCsv(known_course_->timeline);
}

bool PathwayView::settled() const { return !scenes_.busy() && !courses_.busy() && map_->settled(); }

QString PathwayView::summary() const { return summary_->text(); }
QString PathwayView::problem() const { return banner_->text(); }

PathwayView::Found<PathwayScene> PathwayView::makeScene(const CapturePtr& capture,
                                                        const std::string& aggregate) {
  const Path run = runOf(capture->path());
  try {
    auto scene = std::make_shared<PathwayScene>();
    scene->record = read_routing_record(capture->file(), capture->info(), capture->path().string());
    const unsigned cores = static_cast<unsigned>(std::max(1, QThread::idealThreadCount() - 1));
    scene->step = step_pathways(scene->record, aggregate, cores);
    const std::set<std::int64_t> names(scene->step.groups.begin(), scene->step.groups.end());
    scene->group_names.assign(names.begin(), names.end());
    return {run, scene, {}};
  } catch (const std::exception& error) {
    return {run, nullptr, QString::fromUtf8(error.what())};
  }
}

PathwayView::Found<PathwayView::Course> PathwayView::readCourse(const CapturePtr& capture,
                                                                const std::string& aggregate) {
  const Path run = runOf(capture->path());
  try {
    auto course = std::make_shared<Course>();
    const double share =
        capture->info().value("memorized_share", GrokkingMonitor{}.memorized_share);
    course->timeline = grokking_timeline(read_history(RunFolder{run}), aggregate, share);
    course->correlations = timeline_correlations(course->timeline, share);
    return {run, course, {}};
  } catch (const std::exception& error) {
    return {run, nullptr, QString::fromUtf8(error.what())};
  }
}

void PathwayView::startScene() {
  if (!capture_) return;
  scenes_.start(
      [capture = capture_, aggregate = aggregateName()] { return makeScene(capture, aggregate); });
}

void PathwayView::startCourse() {
  if (!capture_) return;
  courses_.start(
      [capture = capture_, aggregate = aggregateName()] { return readCourse(capture, aggregate); });
}

void PathwayView::takeScene(const Found<PathwayScene>& found) {
  if (found.run != runOf(capture_->path())) return;  // the wanted one comes yet
  if (!found.what) return banner_->show(Notice::Level::kError, found.problem);
  const PathwayScenePtr before = scene_;
  scene_ = found.what;
  banner_->clear();
  if (!scene_->step.warnings.empty())
    banner_->show(Notice::Level::kWarning, QString::fromStdString(scene_->step.warnings.front()));
  try {
    if (before) require_same_samples(before->record, scene_->record);
  } catch (const Error& error) {
    first_ = second_ = -1;
    banner_->show(Notice::Level::kWarning, QString::fromUtf8(error.what()));
  }
  showScene();
}

void PathwayView::takeCourse(const Found<Course>& found) {
  if (found.run != runOf(capture_->path())) return;
  if (!found.what) return banner_->show(Notice::Level::kError, found.problem);
  known_course_ = found.what;
  course_->setTimeline(known_course_->timeline);
  showLayers();
  showCorrelations();
}

void PathwayView::showScene() {
  const PathwayDescriptors& seen = scene_->step.descriptors;
  summary_->setText(tr("%1 · %L2 samples on %L3 pathways")
                        .arg(scene_->record.state.empty()
                                 ? tr("routing")
                                 : QString::fromStdString(scene_->record.state))
                        .arg(scene_->record.samples.size())
                        .arg(seen.distinct));
  summary_->setToolTip(tr("%1 layers, %2 experts; %3 experts a layer up to weight %4; entropy %5 "
                          "nats; %6 % of the samples alone on their pathway")
                           .arg(scene_->record.layers)
                           .arg(scene_->record.experts)
                           .arg(seen.length, 0, 'f', 2)
                           .arg(scene_->record.tau, 0, 'f', 2)
                           .arg(seen.entropy, 0, 'f', 2)
                           .arg(100 * seen.unique_share, 0, 'f', 0));
  showGroups();
  const bool fresh = model_->rowCount() == 0;
  model_->setScene(scene_);
  if (fresh) {
    table_->resizeColumnsToContents();
    table_->setColumnWidth(SampleModel::kGroup, 7 * look::kGrid);
  }
  map_->setScene(scene_);
  showMatrix();
  showChosen();
}

void PathwayView::showGroups() {
  if (group_->count() == static_cast<int>(scene_->group_names.size()) + 1) return;
  const QSignalBlocker quiet(group_);
  group_->clear();
  group_->addItem(tr("All groups"));
  const QString what = QString::fromStdString(capture_->info().value("group", "group"));
  for (const std::int64_t name : scene_->group_names)
    group_->addItem(QStringLiteral("%1 %2").arg(what).arg(name), static_cast<qlonglong>(name));
  group_->setVisible(scene_->group_names.size() > 1);
  map_->setGroup(std::nullopt);
}

void PathwayView::showMatrix() {
  const StepPathways& step = scene_->step;
  const int count = static_cast<int>(step.order.size());
  HeatMap::Content content{.rows = count, .columns = count};
  content.square = true;
  content.row_title = content.column_title = tr("Samples by group");
  for (const std::size_t i : step.order) {
    for (const std::size_t j : step.order)
      content.values.push_back(step.matrix[i * step.order.size() + j]);
  }
  for (int i = 1; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (step.groups[step.order[at]] != step.groups[step.order[at - 1]])
      content.borders.push_back(i);
  }
  content.describe = [scene = scene_](int row, int column) {
    const auto& order = scene->step.order;
    const std::size_t i = order[static_cast<std::size_t>(row)];
    const std::size_t j = order[static_cast<std::size_t>(column)];
    return tr("%1 and %2: distance %3")
        .arg(QString::fromStdString(scene->record.samples[i]),
             QString::fromStdString(scene->record.samples[j]))
        .arg(static_cast<double>(scene->step.matrix[i * order.size() + j]), 0, 'f', 3);
  };
  matrix_->setContent(std::move(content));
}

void PathwayView::showLayers() {
  const GrokkingTimeline& timeline = known_course_->timeline;
  HeatMap::Content content{.rows = static_cast<int>(timeline.layers.size()),
                           .columns = static_cast<int>(timeline.step.size())};
  if (content.rows == 0) return;
  content.row_title = tr("Layer");
  content.number_rows = content.rows <= 16;
  content.column_title = tr("Step %L1 to %L2").arg(timeline.step.front()).arg(timeline.step.back());
  for (const std::vector<double>& layer : timeline.layers)
    content.values.insert(content.values.end(), layer.begin(), layer.end());
  content.describe = [course = known_course_](int row, int column) {
    const auto layer = static_cast<std::size_t>(row), step = static_cast<std::size_t>(column);
    return tr("Layer %1, step %L2: distance %3")
        .arg(row + 1)
        .arg(course->timeline.step[step])
        .arg(course->timeline.layers[layer][step], 0, 'f', 3);
  };
  layers_->setContent(std::move(content));
}

void PathwayView::showCorrelations() {
  const auto& rows = known_course_->correlations;
  correlations_->setRowCount(static_cast<int>(rows.size()));
  const auto p_text = [](const Correlation& each) {
    return std::isnan(each.p) ? QStringLiteral("–") : QString::number(each.p, 'g', 2);
  };
  for (int row = 0; row < static_cast<int>(rows.size()); ++row) {
    const CorrelationRow& each = rows[static_cast<std::size_t>(row)];
    const QStringList texts{QString::fromStdString(each.metric),
                            QString::fromStdString(each.pearson.text()),
                            p_text(each.pearson),
                            QString::fromStdString(each.spearman.text()),
                            p_text(each.spearman),
                            QString::number(each.pearson.n)};
    for (int column = 0; column < texts.size(); ++column) {
      auto* item = new QTableWidgetItem(texts[column]);
      if (column > 0) item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
      correlations_->setItem(row, column, item);
    }
  }
  correlations_->resizeColumnsToContents();
}

void PathwayView::choose(int first, int second) {
  if (first == second) second = -1;
  first_ = first, second_ = second;
  showChosen();
}

void PathwayView::showChosen() {
  if (!scene_) return;
  map_->setChosen(first_, second_);
  alignment_->setPair(scene_, first_, second_);
  words_->setText(alignment_->text());
  const QSignalBlocker quiet(table_->selectionModel());
  table_->clearSelection();
  for (const int sample : {second_, first_}) {
    if (sample < 0) continue;
    const QModelIndex row = sorted_->mapFromSource(model_->index(sample, 0));
    table_->selectionModel()->select(row, QItemSelectionModel::Select | QItemSelectionModel::Rows);
    table_->scrollTo(row);
  }
  table_->viewport()->update();
  const auto place = [&](int sample) {
    const auto& order = scene_->step.order;
    return static_cast<int>(
        std::find(order.begin(), order.end(), static_cast<std::size_t>(sample)) - order.begin());
  };
  matrix_->setMarked(first_ >= 0 && second_ >= 0
                         ? std::optional(HeatMap::Cell{place(first_), place(second_)})
                         : std::nullopt);
}

}  // namespace warmstart
