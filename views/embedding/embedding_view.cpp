#include "views/embedding/embedding_view.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <numeric>

#include "views/embedding/embedding_model.h"
#include "views/embedding/embedding_plot.h"
#include "views/inspect/matrix.h"
#include "views/inspect/matrix_model.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr std::size_t kNeighbours = 50;

const RegisteredCaptureView embedding_capture_view{
    {.kind = "embedding", .create = []() -> CaptureView* { return new EmbeddingView; }}};

}  // namespace

EmbeddingView::EmbeddingView(QWidget* parent)
    : CaptureView(parent),
      projecting_([this](const EmbeddingScenePtr& scene) { take(scene); }),
      model_(new EmbeddingModel(this)),
      plot_(new EmbeddingPlot(this)),
      axes_(new QComboBox(this)),
      summary_(new QLabel(this)),
      read_out_(new QLabel(this)) {
  axes_->setAccessibleName(tr("Axes"));
  axes_->setToolTip(
      tr("Principal components keep distances; UMAP keeps near points together, and "
         "its distances between groups mean little"));
  for (const auto& [across, up] : {std::pair(0, 1), std::pair(0, 2), std::pair(1, 2)})
    axes_->addItem(tr("Components %1 and %2").arg(across + 1).arg(up + 1), QPoint(across, up));
  axes_->addItem(tr("UMAP"), QPoint(EmbeddingScene::kAcross, EmbeddingScene::kUp));
  summary_->setAccessibleName(tr("What is drawn"));
  read_out_->setAccessibleName(tr("Chosen point"));
  read_out_->setTextFormat(Qt::PlainText);
  read_out_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  auto* bar = new QHBoxLayout;
  bar->addWidget(summary_, 1);
  bar->addWidget(axes_);
  auto* halves = new QSplitter(Qt::Horizontal, this);
  halves->setChildrenCollapsible(false);
  halves->addWidget(plot_);
  halves->addWidget(makeSide());
  halves->setStretchFactor(0, 3);
  halves->setStretchFactor(1, 2);
  halves->setSizes({70 * look::kGrid, 46 * look::kGrid});
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(look::kGrid / 2);
  column->addLayout(bar);
  column->addWidget(halves, 1);
  column->addWidget(read_out_);
  connect(plot_, &EmbeddingPlot::lassoed, this, &EmbeddingView::select);
  connect(plot_, &EmbeddingPlot::pointChosen, this, &EmbeddingView::choose);
  connect(axes_, &QComboBox::activated, this, [this] {
    drawAxes();
    emit stateChanged();
  });
}

QWidget* EmbeddingView::makeSide() {
  auto* side = new QWidget(this);
  title_ = new QLabel(side);
  title_->setWordWrap(true);
  table_ = sortedTable(model_, tr("Points of the embedding"), side);
  sorted_ = qobject_cast<QSortFilterProxyModel*>(table_->model());
  sorted_->setSortRole(EmbeddingModel::kSortRole);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->verticalHeader()->hide();
  table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  table_->horizontalHeader()->setStretchLastSection(true);
  table_->setToolTip(tr("A row: its sample. Return or a double click: its neighbours."));
  auto* column = new QVBoxLayout(side);
  column->setContentsMargins(look::kGrid, 0, 0, 0);
  column->setSpacing(look::kGrid / 2);
  column->addWidget(title_);
  column->addWidget(table_, 1);
  connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          &EmbeddingView::pickRow);
  connect(table_, &QTableView::activated, this, [this](const QModelIndex& index) {
    choose(model_->pointAt(sorted_->mapToSource(index).row()));
  });
  return side;
}

void EmbeddingView::setCapture(const CapturePtr& capture, int sample, const QStringList& classes) {
  const bool other = capture_ != capture || classes_ != classes;
  const bool other_sample = std::exchange(sample_, sample) != sample;
  if (other) {
    capture_ = capture, classes_ = classes;
    project();
  } else if (scene_ && other_sample) {
    followSample();
  }
}

/// One that was chosen elsewhere. Of one that was chosen here all is shown, and the list of rows
/// that it was found in stays.
void EmbeddingView::followSample() {
  if (sample_ == told_) return;
  told_ = -1;
  const int own = pointOf(sample_);
  if (chosen_ >= 0 && own >= 0) {
    chosen_ = own;
    showRows();
  }
  plot_->setChosen(own);
}

int EmbeddingView::pointOf(int sample) const {
  const auto own = std::find(scene_->samples.begin(), scene_->samples.end(), sample);
  return own == scene_->samples.end() ? -1 : static_cast<int>(own - scene_->samples.begin());
}

bool EmbeddingView::wantsMap() const {
  return axes_->currentData().toPoint().x() >= static_cast<int>(EmbeddingScene::kAxes);
}

void EmbeddingView::project() {
  if (wantsMap()) summary_->setText(tr("UMAP is laying the points out…"));
  projecting_.start([capture = capture_, classes = classes_, with_map = wantsMap()] {
    return embeddingScene(capture, classes, with_map);
  });
}

void EmbeddingView::take(const EmbeddingScenePtr& scene) {
  const bool same = scene_ && scene_->points() == scene->points() && scene_->names == scene->names;
  scene_ = scene;
  if (!same) selected_.clear(), chosen_ = -1;
  const bool good = scene->problem.isEmpty();
  plot_->setVisible(good);
  summary_->setText(good ? tr("%L1 points of %L2 features at step %L3")
                               .arg(scene->points())
                               .arg(scene->width)
                               .arg(scene->capture->step())
                         : scene->problem);
  if (good) drawAxes();
  showRows();
  table_->setColumnHidden(EmbeddingModel::kLabel, scene->labels.empty());
  table_->setColumnHidden(EmbeddingModel::kText,
                          std::all_of(scene->texts.begin(), scene->texts.end(),
                                      [](const QString& text) { return text.isEmpty(); }));
  if (same) return;
  table_->resizeColumnToContents(EmbeddingModel::kLabel);
  table_->setColumnWidth(EmbeddingModel::kPoint, 14 * look::kGrid);
}

void EmbeddingView::drawAxes() {
  if (!scene_ || !scene_->problem.isEmpty()) return;
  if (wantsMap() && scene_->map.empty()) return project();
  const QPoint axes = axes_->currentData().toPoint();
  plot_->setScene(scene_, static_cast<std::size_t>(axes.x()), static_cast<std::size_t>(axes.y()));
  plot_->setMarked(selected_);
  plot_->setChosen(chosen_ >= 0 ? chosen_ : pointOf(sample_));
}

void EmbeddingView::showRows() {
  const bool neighbours = chosen_ >= 0;
  std::vector<int> points = selected_;
  std::vector<double> cosines;
  if (neighbours) {
    points.clear();
    for (const Neighbour& each : nearestNeighbours(*scene_, chosen_, kNeighbours)) {
      points.push_back(each.point);
      cosines.push_back(each.cosine);
    }
  } else if (selected_.empty()) {
    points.resize(scene_->points());
    std::iota(points.begin(), points.end(), 0);
  }
  const QString name = neighbours ? scene_->names[chosen_] : QString();
  title_->setText(neighbours          ? tr("Nearest to %1 by cosine of all features").arg(name)
                  : selected_.empty() ? tr("All points; draw a lasso, or click a point")
                                      : tr("%n point(s) in the lasso", nullptr,
                                           static_cast<int>(selected_.size())));
  model_->setPoints(scene_, std::move(points), std::move(cosines));
  table_->setColumnHidden(EmbeddingModel::kCosine, !neighbours);
  table_->sortByColumn(-1, Qt::AscendingOrder);
  const auto at = static_cast<std::size_t>(std::max(chosen_, 0));
  read_out_->setText(!neighbours ? QString()
                     : scene_->texts[chosen_].isEmpty()
                         ? name
                         : tr("%1 (%2): %3")
                               .arg(name,
                                    scene_->labels.empty() ? QStringLiteral("–")
                                                           : scene_->labelName(scene_->labels[at]),
                                    scene_->texts[chosen_]));
}

void EmbeddingView::choose(int point) {
  if (!scene_ || !scene_->problem.isEmpty()) return;
  chosen_ = point;
  if (point < 0) selected_.clear();
  showRows();
  plot_->setMarked(selected_);
  plot_->setChosen(chosen_);
  if (point >= 0) tellSample(point);
}

void EmbeddingView::tellSample(int point) {
  told_ = scene_->samples[static_cast<std::size_t>(point)];
  emit sampleWanted(told_);
}

void EmbeddingView::select(const std::vector<int>& points) {
  if (!scene_ || !scene_->problem.isEmpty()) return;
  selected_ = points, chosen_ = -1;
  showRows();
  plot_->setMarked(selected_);
  plot_->setChosen(-1);
}

void EmbeddingView::pickRow(const QModelIndex& index) {
  if (!index.isValid()) return;
  const int point = model_->pointAt(sorted_->mapToSource(index).row());
  plot_->setChosen(point);
  tellSample(point);
}

QWidget* EmbeddingView::picture() { return plot_; }

QByteArray EmbeddingView::csv() const {
  if (!scene_ || !scene_->problem.isEmpty()) return {};
  QByteArray csv = "point,sample,label,text,component 1,component 2,component 3,";
  const std::size_t axes = EmbeddingScene::kAxes + (scene_->map.empty() ? 0 : 2);
  csv += scene_->map.empty() ? "in the lasso\n" : "UMAP 1,UMAP 2,in the lasso\n";
  std::vector<bool> inside(scene_->points(), false);
  for (const int point : selected_) inside[static_cast<std::size_t>(point)] = true;
  for (std::size_t i = 0; i < scene_->points(); ++i) {
    const int at = static_cast<int>(i);
    csv += csvField(scene_->names[at]) + ',' +
           csvField(scene_->capture->samples().value(scene_->samples[i])) + ',' +
           csvField(scene_->labels.empty() ? QString() : scene_->labelName(scene_->labels[i])) +
           ',' + csvField(scene_->texts[at]);
    for (std::size_t axis = 0; axis < axes; ++axis)
      csv += ',' + exactText(scene_->coordinate(i, axis)).toUtf8();
    csv += inside[i] ? ",1\n" : ",0\n";
  }
  return csv;
}

QString EmbeddingView::readOut() const { return read_out_->text(); }

QVariantMap EmbeddingView::state() const {
  return {{QStringLiteral("axes"), axes_->currentIndex()}};
}

void EmbeddingView::setState(const QVariantMap& state) {
  axes_->setCurrentIndex(
      std::clamp(state.value(QStringLiteral("axes")).toInt(), 0, axes_->count() - 1));
  drawAxes();
}

}  // namespace warmstart
