// The parts of the Pathway view, where they stand and what their clicks do.
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QSortFilterProxyModel>
#include <QSpinBox>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <QVBoxLayout>

#include "views/desk/banner.h"
#include "views/look/theme.h"
#include "views/pathway/alignment_strip.h"
#include "views/pathway/course_plot.h"
#include "views/pathway/heat_map.h"
#include "views/pathway/pathway_view.h"
#include "views/pathway/sample_model.h"

namespace warmstart {

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
  group_->setSizeAdjustPolicy(QComboBox::AdjustToContents);  // filled after it is shown
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
  table_->horizontalHeader()->setResizeContentsPrecision(0);  // rows in sight: all take 12 ms
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
  column->addLayout(makeMemorized(side));
  column->addWidget(memorized_);
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

QLayout* PathwayView::makeMemorized(QWidget* side) {
  colours_ = new QComboBox(side);
  colours_->addItem(tr("Colour by group"));
  colours_->addItem(tr("Colour by step of memorization"));
  colours_->setAccessibleName(tr("Ribbons coloured by"));
  colours_->setToolTip(
      tr("The ribbons' colour: the samples' group, or the step at which they were memorized; the "
         "list has the same colours"));
  colours_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  colours_->setMinimumContentsLength(10);
  share_ = new QSpinBox(side);
  share_->setRange(0, 100);
  share_->setSpecialValueText(tr("eps as recorded"));
  share_->setSuffix(tr(" % memorized"));
  share_->setKeyboardTracking(false);
  share_->setAccessibleName(tr("Share of memorized samples that sets eps"));
  share_->setToolTip(
      tr("A sample counts as memorized at a loss up to eps (nats): that of the recipe, or the "
         "least one by which this share of the samples is memorized before the last record"));
  memorized_ = new QLabel(side);
  memorized_->setWordWrap(true);
  memorized_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  memorized_->setAccessibleName(tr("Memorized samples"));
  auto* row = new QHBoxLayout;
  row->addWidget(colours_, 1);
  row->addWidget(share_);
  connect(colours_, &QComboBox::activated, this, [this] { showSamples(); });
  connect(share_, &QSpinBox::valueChanged, this, [this] { startSamples(); });
  return row;
}

QWidget* PathwayView::makeTabs() {
  tabs_ = new QTabWidget(this);
  tabs_->setDocumentMode(true);
  course_ = new CoursePlot(tabs_);
  matrix_ = new HeatMap(tabs_);
  matrix_->setAccessibleName(tr("Distances of all pairs of samples"));
  groups_ = new HeatMap(tabs_);
  groups_->setAccessibleName(tr("Mean distances between groups"));
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
  tabs_->addTab(groups_, tr("Groups"));
  tabs_->addTab(layers_, tr("Layers"));
  tabs_->setTabToolTip(tabs_->addTab(correlations_, tr("Correlations")),
                       tr("With the accuracy on unseen samples, from memorization on"));
  connect(matrix_, &HeatMap::cellChosen, this, [this](int row, int column) {
    const auto& order = scene_->step.order;
    choose(static_cast<int>(order[static_cast<std::size_t>(row)]),
           static_cast<int>(order[static_cast<std::size_t>(column)]));
  });
  return tabs_;
}

}  // namespace warmstart
