#include "views/embedding/embedding_plot.h"

#include "views/look/theme.h"
#include "views/pathway/group_colours.h"

namespace warmstart {
namespace {

constexpr double kNear = 8;            ///< pixels from the pointer to a point
constexpr std::size_t kSmooth = 3000;  ///< more points are drawn without smooth edges
constexpr std::size_t kMostLegend = 12;

}  // namespace

EmbeddingPlot::EmbeddingPlot(QWidget* parent) : Plot(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Embedding on a plane"));
  setToolTip(tr("Drag: lasso. Click: neighbours. Wheel: zoom. R: show all. Escape: choose none."));
  setMinimumSize(24 * look::kGrid, 20 * look::kGrid);
  setNoAntialiasingOnDrag(false);
  addLayer(QStringLiteral("lasso"));
  layer(QStringLiteral("lasso"))->setMode(QCPLayer::lmBuffered);
  outline_ = new QCPCurve(xAxis, yAxis);
  outline_->setLayer(QStringLiteral("lasso"));
  outline_->removeFromLegend();
  axisRect()->insetLayout()->setInsetAlignment(0, Qt::AlignRight | Qt::AlignTop);
  // The room for the points is known when the labels beside it are.
  connect(this, &QCustomPlot::afterLayout, this, [this] {
    if (!zoomed_) fit();
  });
  paintColours();
}

double EmbeddingPlot::coordinate(int point, std::size_t axis) const {
  return scene_->coordinate(static_cast<std::size_t>(point), axis);
}

void EmbeddingPlot::setScene(const EmbeddingScenePtr& scene, std::size_t across, std::size_t up) {
  const bool other =
      !scene_ || scene_->points() != scene->points() || across != across_ || up != up_;
  scene_ = scene, across_ = across, up_ = up;
  if (other) {
    marked_.clear(), chosen_ = -1;
    zoomed_ = false;
  }
  makeGraphs();
  const auto title = [&](std::size_t axis) {
    return axis < EmbeddingScene::kAxes ? tr("component %1 (%L2 % of the variance)")
                                              .arg(axis + 1)
                                              .arg(100 * scene_->axes.explained[axis], 0, 'f', 1)
                                        : tr("UMAP %1").arg(axis - EmbeddingScene::kAxes + 1);
  };
  xAxis->setLabel(title(across_));
  yAxis->setLabel(title(up_));
  replot();
}

QCPGraph* EmbeddingPlot::addPoints(const QString& name, const QCPScatterStyle& style) {
  QCPGraph* graph = addGraph();
  graph->setName(name);
  graph->setLineStyle(QCPGraph::lsNone);
  graph->setScatterStyle(style);
  graph->setAntialiasedScatters(scene_->points() <= kSmooth);
  return graph;
}

void EmbeddingPlot::makeGraphs() {
  clearGraphs();
  const double size = scene_->points() > kSmooth ? 4 : 6;
  std::map<std::int64_t, std::pair<QVector<double>, QVector<double>>> places;
  for (int point = 0; point < static_cast<int>(scene_->points()); ++point) {
    auto& [x, y] =
        places[scene_->labels.empty() ? 0 : scene_->labels[static_cast<std::size_t>(point)]];
    x += coordinate(point, across_);
    y += coordinate(point, up_);
  }
  const bool labels = !scene_->labels.empty();
  for (const auto& [label, values] : places) {
    const QColor colour = !labels     ? look::accent()
                          : label < 0 ? look::faint()
                                      : groupColour(scene_->label_names, label);
    QCPGraph* graph = addPoints(labels ? scene_->labelName(label) : tr("points"),
                                {QCPScatterStyle::ssDisc, size});
    graph->setPen(QPen(colour));  // a disc has the colour of its graph's pen
    graph->setData(values.first, values.second);
  }
  legend->setVisible(labels && places.size() <= kMostLegend);
  const QColor ink = palette().color(QPalette::Text);
  marks_ = addPoints({}, {QCPScatterStyle::ssCircle, QPen(ink, 1.5), Qt::NoBrush, size + 3});
  choice_ =
      addPoints({}, {QCPScatterStyle::ssCircle, QPen(look::accent(), 3), Qt::NoBrush, size + 7});
  marks_->removeFromLegend();
  choice_->removeFromLegend();
  setMarked(marked_);
  setChosen(chosen_);
}

void EmbeddingPlot::setMarked(const std::vector<int>& points) {
  marked_ = points;
  if (!marks_) return;
  QVector<double> x, y;
  for (const int point : marked_) {
    x += coordinate(point, across_);
    y += coordinate(point, up_);
  }
  marks_->setData(x, y);
  drawSoon();
}

void EmbeddingPlot::setChosen(int point) {
  chosen_ = point;
  if (!choice_) return;
  choice_->setData({}, {});
  if (chosen_ >= 0) choice_->addData(coordinate(chosen_, across_), coordinate(chosen_, up_));
  drawSoon();
}

QPointF EmbeddingPlot::placeOf(int point) const {
  return {xAxis->coordToPixel(coordinate(point, across_)),
          yAxis->coordToPixel(coordinate(point, up_))};
}

int EmbeddingPlot::pointAt(const QPointF& place) const {
  int found = -1;
  double nearest = kNear * kNear;
  for (int point = 0; scene_ && point < static_cast<int>(scene_->points()); ++point) {
    const QPointF away = placeOf(point) - place;
    const double distance = QPointF::dotProduct(away, away);
    if (distance < nearest) found = point, nearest = distance;
  }
  return found;
}

void EmbeddingPlot::showAll() {
  zoomed_ = false;
  drawSoon();
}

/// The same scale along both axes, so that distances are what they look like.
void EmbeddingPlot::fit() {
  if (!scene_) return;
  const auto range = [&](std::size_t axis) {
    double low = 0, high = 0;
    for (int point = 0; point < static_cast<int>(scene_->points()); ++point) {
      low = std::min(low, coordinate(point, axis));
      high = std::max(high, coordinate(point, axis));
    }
    const double room = std::max(1e-9, 0.05 * (high - low));
    return QCPRange(low - room, high + room);
  };
  QCPRange x = range(across_), y = range(up_);
  const double wide = std::max(1, axisRect()->width()), high = std::max(1, axisRect()->height());
  const double scale = std::max(x.size() / wide, y.size() / high);  // values a pixel
  const auto widened = [scale](const QCPRange& own, double pixels) {
    const double half = scale * pixels / 2;
    return QCPRange(own.center() - half, own.center() + half);
  };
  xAxis->setRange(widened(x, wide));
  yAxis->setRange(widened(y, high));
}

void EmbeddingPlot::drawLasso() {
  QVector<double> x, y;
  for (const QPointF& corner : lasso_) {
    x += xAxis->pixelToCoord(corner.x());
    y += yAxis->pixelToCoord(corner.y());
  }
  outline_->setData(x, y);
  layer(QStringLiteral("lasso"))->replot();
}

void EmbeddingPlot::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  drawing_ = true;
  lasso_ = QPolygonF{event->position()};
}

void EmbeddingPlot::mouseMoveEvent(QMouseEvent* event) {
  if (!drawing_) return;
  lasso_ += event->position();
  drawLasso();
}

void EmbeddingPlot::mouseReleaseEvent(QMouseEvent* event) {
  if (!std::exchange(drawing_, false) || !scene_) return;
  const QPolygonF lasso = std::exchange(lasso_, {});
  drawLasso();
  if (lasso.boundingRect().width() < 4 && lasso.boundingRect().height() < 4) {
    emit pointChosen(pointAt(event->position()));
    return;
  }
  std::vector<int> inside;
  for (int point = 0; point < static_cast<int>(scene_->points()); ++point) {
    if (lasso.containsPoint(placeOf(point), Qt::OddEvenFill)) inside.push_back(point);
  }
  emit lassoed(inside);
}

void EmbeddingPlot::mouseDoubleClickEvent(QMouseEvent*) {
  drawing_ = false;
  showAll();
}

void EmbeddingPlot::wheelEvent(QWheelEvent* event) {
  const double factor = std::pow(1.2, -event->angleDelta().y() / 120.0);
  xAxis->scaleRange(factor, xAxis->pixelToCoord(event->position().x()));
  yAxis->scaleRange(factor, yAxis->pixelToCoord(event->position().y()));
  zoomed_ = true;
  event->accept();
  drawSoon();
}

void EmbeddingPlot::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_R) return showAll();
  if (event->key() == Qt::Key_Escape) {
    emit pointChosen(-1);
    return;
  }
  QCustomPlot::keyPressEvent(event);
}

void EmbeddingPlot::paintColours() {
  const QColor line = look::line();
  for (QCPAxis* axis : {xAxis, yAxis}) axis->grid()->setZeroLinePen(QPen(line));
  QColor ground = look::surface();
  ground.setAlpha(190);  // points behind it are seen
  legend->setBrush(ground);
  legend->setTextColor(palette().color(QPalette::Text));
  legend->setBorderPen(QPen(line));
  outline_->setPen(QPen(look::accent(), 1.5));
}

void EmbeddingPlot::changeEvent(QEvent* event) {
  Plot::changeEvent(event);
  if (event->type() != QEvent::PaletteChange) return;
  paintColours();
  if (scene_) makeGraphs();
}

}  // namespace warmstart
