#include "views/live/layers_view.h"

#include <qcustomplot.h>

#include <QComboBox>
#include <QLabel>
#include <QSplitter>
#include <QStackedWidget>
#include <cmath>

#include "views/desk/empty_state.h"
#include "views/desk/selection.h"
#include "views/feed/run_feed.h"
#include "views/live/layer_lines.h"
#include "views/live/layer_list.h"
#include "views/look/colour_map.h"
#include "views/look/plot.h"
#include "views/look/theme.h"

namespace warmstart::live {
namespace {

constexpr int kBurstMilliseconds = 40;
constexpr std::size_t kBins = 48;
constexpr int kMostTicks = 8;

QCPColorGradient viridis() {
  QCPColorGradient gradient;
  gradient.clearColorStops();
  const auto& colours = look::colours(look::Map::kViridis);
  for (std::size_t i = 0; i < colours.size(); i += 15)
    gradient.setColorStopAt(static_cast<double>(i) / 255, QColor(colours[i]));
  gradient.setNanHandling(QCPColorGradient::nhTransparent);
  return gradient;
}

/// Cells lie on whole numbers. A single cell would have no width of its own.
QCPRange cellRange(int count) { return count == 1 ? QCPRange(-0.5, 0.5) : QCPRange(0, count - 1); }

bool logarithmic(LayerQuantity quantity) { return quantity != LayerQuantity::kZeroShare; }

}  // namespace

LayersView::LayersView(Desk& desk, QWidget* parent)
    : QWidget(parent),
      desk_(desk),
      pages_(new QStackedWidget(this)),
      empty_(new EmptyState(this)),
      quantity_(new QComboBox(this)),
      tensor_(new QComboBox(this)),
      heat_(new look::Plot(this)),
      histogram_(new look::Plot(this)),
      lines_(new LayerLines(this)),
      list_(new LayerList(this)),
      lower_(new QStackedWidget(this)),
      read_out_(new QLabel(this)),
      layer_name_(new QLabel(this)) {
  gather_.setSingleShot(true);
  gather_.setInterval(kBurstMilliseconds);
  build();
  connectParts();
  takeRun();
}

LayersView::Map LayersView::addMap(QCustomPlot* plot) {
  auto* map = new QCPColorMap(plot->xAxis, plot->yAxis);
  auto* scale = new QCPColorScale(plot);
  plot->plotLayout()->addElement(0, 1, scale);
  scale->setType(QCPAxis::atRight);
  scale->setBarWidth(look::kGrid);
  map->setColorScale(scale);
  map->setGradient(viridis());
  map->setInterpolate(false);
  map->setTightBoundary(false);
  auto* group = new QCPMarginGroup(plot);
  plot->axisRect()->setMarginGroup(QCP::msBottom | QCP::msTop, group);
  scale->setMarginGroup(QCP::msBottom | QCP::msTop, group);
  return {map, scale};
}

void LayersView::build() {
  quantity_->addItems({tr("Gradient norm"), tr("Update / weight"), tr("Share of zero gradients"),
                       tr("Weight norm")});
  quantity_->setAccessibleName(tr("What the map shows"));
  tensor_->addItems({tr("Gradients"), tr("Weights"), tr("Gradients as ridges"),
                     tr("Weights as ridges"), tr("Gradient norm as lines"),
                     tr("Update / weight as lines")});
  tensor_->setAccessibleName(tr("What the lower plot shows"));
  heat_->setAccessibleName(tr("Map of layers over steps"));
  histogram_->setAccessibleName(tr("Histograms of the chosen layer over steps"));
  heat_map_ = addMap(heat_);
  histogram_map_ = addMap(histogram_);
  heat_->yAxis->setRangeReversed(true);
  heat_->setMouseTracking(true);
  heat_->setFocusPolicy(Qt::StrongFocus);
  heat_->installEventFilter(this);
  auto* sides = new QSplitter(this);
  sides->addWidget(list_);
  sides->addWidget(makeHalves());
  sides->setStretchFactor(1, 1);
  sides->setSizes({22 * look::kGrid, 80 * look::kGrid});
  pages_->addWidget(empty_);
  pages_->addWidget(sides);
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  whole->addWidget(pages_);
}

void LayersView::connectParts() {
  connect(&gather_, &QTimer::timeout, this, &LayersView::refresh);
  connect(&desk_.selection, &Selection::runChanged, this, &LayersView::takeRun);
  connect(quantity_, &QComboBox::currentIndexChanged, this, &LayersView::drawHeat);
  // Its names are as many as have room.
  connect(heat_, &look::Plot::resized, this, &LayersView::drawHeat);
  connect(tensor_, &QComboBox::currentIndexChanged, this, &LayersView::drawLower);
  connect(list_, &LayerList::changed, this, &LayersView::showChoice);
  connect(heat_, &QCustomPlot::mouseMove, this,
          [this](QMouseEvent* event) { readAt(event->pos()); });
  connect(heat_, &QCustomPlot::mousePress, this, [this](QMouseEvent* event) {
    const auto layer = static_cast<int>(std::lround(heat_->yAxis->pixelToCoord(event->pos().y())));
    event->modifiers().testFlag(Qt::ControlModifier) ? list_->toggle(layer) : chooseLayer(layer);
  });
}

QWidget* LayersView::makeHalves() {
  const auto row = [](std::initializer_list<QWidget*> widgets) {
    auto* line = new QHBoxLayout;
    line->setContentsMargins(look::kGrid, look::kGrid, look::kGrid, 0);
    for (QWidget* widget : widgets) line->addWidget(widget);
    line->addStretch(1);
    return line;
  };
  const auto half = [](QLayout* top, QWidget* plot) {
    auto* widget = new QWidget;
    auto* column = new QVBoxLayout(widget);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(top);
    column->addWidget(plot, 1);
    return widget;
  };
  lower_->addWidget(histogram_);
  lower_->addWidget(lines_);
  halves_ = new QSplitter(Qt::Vertical, this);
  halves_->addWidget(half(row({quantity_, read_out_}), heat_));
  halves_->addWidget(half(row({tensor_, layer_name_}), lower_));
  halves_->setSizes({60 * look::kGrid, 30 * look::kGrid});
  return halves_;
}

/// The keys that move in the list move in the map too.
bool LayersView::eventFilter(QObject* watched, QEvent* event) {
  if (watched == heat_ && event->type() == QEvent::KeyPress) {
    auto* key = static_cast<QKeyEvent*>(event);
    for (const int along :
         {Qt::Key_Up, Qt::Key_Down, Qt::Key_Home, Qt::Key_End, Qt::Key_PageUp, Qt::Key_PageDown}) {
      if (key->key() != along) continue;
      list_->passKey(key);
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

void LayersView::takeRun() {
  if (feed_) feed_->disconnect(this);
  feed_.reset();
  table_.clear();
  run_stale_ = stale_ = true;
  if (isVisible()) refresh();
}

void LayersView::openFeed() {
  run_stale_ = false;
  const QString& run = desk_.selection.run();
  if (run.isEmpty()) return;
  feed_ = desk_.feeds.open(run);
  connect(feed_.get(), &RunFeed::grown, this, [this] {
    stale_ = true;
    if (isVisible() && !gather_.isActive()) gather_.start();
  });
}

void LayersView::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (stale_) refresh();
}

void LayersView::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() != QEvent::PaletteChange) return;
  stale_ = true;
  if (isVisible()) refresh();
}

void LayersView::refresh() {
  stale_ = false;
  if (run_stale_) openFeed();
  if (feed_) table_.update(feed_->log().statistics);
  if (table_.layers().empty()) {
    empty_->setContent(QStringLiteral("chart"), feed_
                                                    ? tr("This run has no statistics of its layers "
                                                         "yet. They come every "
                                                         "trainer.statistics_every steps.")
                                                    : tr("Choose a run to see its layers."));
    pages_->setCurrentIndex(0);
    return;
  }
  pages_->setCurrentIndex(1);
  list_->setLayers(table_.layers());
  drawHeat();
  drawLower();
}

void LayersView::paint(look::Plot* plot, const Map& map) const {
  look::Plot::paintAxis(*map.scale->axis());
  for (QCPAxis* axis : {plot->xAxis, plot->yAxis, map.scale->axis()}) {
    axis->setSubTickPen(QPen(look::line()));
    axis->grid()->setVisible(false);
  }
  plot->xAxis->setLabel(tr("Step"));
  tickSteps(plot);
  plot->drawSoon();
}

void LayersView::tickSteps(QCustomPlot* plot) const {
  QSharedPointer<QCPAxisTickerText> ticks(new QCPAxisTickerText);
  const std::size_t count = table_.steps().size();
  const std::size_t stride = std::max<std::size_t>(1, (count + kMostTicks - 1) / kMostTicks);
  for (std::size_t column = 0; column < count; column += stride)
    ticks->addTick(static_cast<double>(column), QString::number(table_.steps()[column]));
  plot->xAxis->setTicker(ticks);
  plot->xAxis->setRange(-0.5, static_cast<double>(count) - 0.5);
}

void LayersView::drawHeat() {
  if (table_.layers().empty()) return;
  const auto quantity = static_cast<LayerQuantity>(quantity_->currentIndex());
  const int layers = static_cast<int>(table_.layers().size());
  const int columns = static_cast<int>(table_.steps().size());
  QCPColorMapData* data = heat_map_.map->data();
  data->setSize(columns, layers);
  data->setRange(cellRange(columns), cellRange(layers));
  double low = INFINITY, high = -INFINITY;
  for (int layer = 0; layer < layers; ++layer) {
    for (int column = 0; column < columns; ++column) {
      double value =
          table_.value(quantity, static_cast<std::size_t>(layer), static_cast<std::size_t>(column));
      if (logarithmic(quantity) && !(value > 0)) value = NAN;
      data->setCell(column, layer, value);
      if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
    }
  }
  if (!(low <= high)) low = logarithmic(quantity) ? 1e-3 : 0, high = 1;
  if (low == high) high = low + std::max(1e-12, std::abs(low) * 0.1);
  const bool log_scale = logarithmic(quantity);
  heat_map_.scale->setDataScaleType(log_scale ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
  heat_map_.scale->axis()->setTicker(log_scale ? QSharedPointer<QCPAxisTicker>(new QCPAxisTickerLog)
                                               : QSharedPointer<QCPAxisTicker>(new QCPAxisTicker));
  heat_map_.scale->setDataRange(QCPRange(low, high));
  heat_map_.scale->axis()->setLabel(quantity_->currentText());
  QSharedPointer<QCPAxisTickerText> names(new QCPAxisTickerText);
  // As many names as have room: one line each.
  const int room = std::max(1, heat_->height() / (heat_->fontMetrics().height() + 2));
  const int stride = std::max(1, (layers + room - 1) / room);
  for (int layer = 0; layer < layers; layer += stride) {
    const QString name = QString::fromStdString(table_.layers()[static_cast<std::size_t>(layer)]);
    names->addTick(layer, heat_->fontMetrics().elidedText(name, Qt::ElideLeft, 26 * look::kGrid));
  }
  heat_->yAxis->setTicker(names);
  heat_->yAxis->setRange(-0.5, layers - 0.5);
  markLayers();
  paint(heat_, heat_map_);
}

void LayersView::markLayers() {
  for (QCPItemRect* mark : marks_) heat_->removeItem(mark);
  marks_.clear();
  for (const int layer : list_->chosen()) {
    auto* mark = marks_.emplace_back(new QCPItemRect(heat_));
    for (QCPItemPosition* corner : {mark->topLeft, mark->bottomRight})
      corner->setTypeX(QCPItemPosition::ptAxisRectRatio);
    mark->topLeft->setCoords(0, layer - 0.5);
    mark->bottomRight->setCoords(1, layer + 0.5);
    mark->setPen(QPen(look::accent(), layer == chosenLayer() ? 2 : 1));
    mark->setBrush(Qt::NoBrush);
    mark->setSelectable(false);
  }
}

void LayersView::nameChoice() {
  const std::vector<int> chosen = list_->chosen();
  const QString name =
      QString::fromStdString(table_.layers()[static_cast<std::size_t>(chosenLayer())]);
  const bool several = static_cast<Lower>(tensor_->currentIndex()) >= Lower::kNorms;
  layer_name_->setText(several && chosen.size() != 1 ? tr("%1 layers").arg(chosen.size()) : name);
  heat_->setAccessibleDescription(tr("Chosen layer: %1").arg(name));
}

void LayersView::showChoice() {
  if (table_.layers().empty() || stale_) return;
  markLayers();
  heat_->drawSoon();
  drawLower();
}

void LayersView::drawLower() {
  if (table_.layers().empty()) return;
  const auto layer = static_cast<std::size_t>(chosenLayer());
  nameChoice();
  const auto lower = static_cast<Lower>(tensor_->currentIndex());
  lower_->setCurrentIndex(lower < Lower::kGradientRidges ? 0 : 1);
  switch (lower) {
    case Lower::kGradientMap:
      return drawHistogram(LayerTensor::kGradient);
    case Lower::kWeightMap:
      return drawHistogram(LayerTensor::kWeight);
    case Lower::kGradientRidges:
      return lines_->showRidges(table_, layer, LayerTensor::kGradient);
    case Lower::kWeightRidges:
      return lines_->showRidges(table_, layer, LayerTensor::kWeight);
    case Lower::kNorms:
      return lines_->showNorms(table_, list_->chosen());
    case Lower::kRatios:
      return lines_->showRatios(table_, list_->chosen());
  }
}

void LayersView::setLower(Lower lower) { tensor_->setCurrentIndex(static_cast<int>(lower)); }

QWidget* LayersView::sheet() const { return halves_; }

QByteArray LayersView::csv() const {
  QByteArray text = "layer,step,gradient_norm,update_ratio,gradient_zero_share,weight_norm\n";
  for (std::size_t layer = 0; layer < table_.layers().size(); ++layer) {
    for (std::size_t column = 0; column < table_.steps().size(); ++column) {
      text += QByteArray::fromStdString(table_.layers()[layer]) + ',' +
              QByteArray::number(static_cast<qlonglong>(table_.steps()[column]));
      for (std::size_t quantity = 0; quantity < kLayerQuantities; ++quantity) {
        text +=
            ',' + QByteArray::number(
                      table_.value(static_cast<LayerQuantity>(quantity), layer, column), 'g', 17);
      }
      text += '\n';
    }
  }
  return text;
}

void LayersView::drawHistogram(LayerTensor tensor) {
  const HistogramMap map = table_.histogram(static_cast<std::size_t>(chosenLayer()), tensor, kBins);
  QCPColorMapData* data = histogram_map_.map->data();
  const int columns = static_cast<int>(map.share.size());
  data->setSize(std::max(1, columns), static_cast<int>(kBins));
  const double half = (map.high - map.low) / static_cast<double>(2 * kBins);
  data->setRange(cellRange(std::max(1, columns)), QCPRange(map.low + half, map.high - half));
  double most = 0;
  for (int column = 0; column < columns; ++column) {
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      const double share = map.share[static_cast<std::size_t>(column)][bin];
      data->setCell(column, static_cast<int>(bin), share);
      most = std::max(most, share);
    }
  }
  histogram_map_.scale->setDataRange(QCPRange(0, most > 0 ? most : 1));
  histogram_map_.scale->axis()->setLabel(tr("Share of values"));
  histogram_->yAxis->setLabel(tensor == LayerTensor::kGradient ? tr("Gradient") : tr("Weight"));
  histogram_->yAxis->setRange(map.low, map.high);
  paint(histogram_, histogram_map_);
}

int LayersView::chosenLayer() const { return std::max(0, list_->current()); }

void LayersView::chooseLayer(int layer) { list_->choose(layer); }

void LayersView::setQuantity(LayerQuantity quantity) {
  quantity_->setCurrentIndex(static_cast<int>(quantity));
}

void LayersView::readAt(const QPoint& place) {
  const auto column =
      static_cast<std::ptrdiff_t>(std::lround(heat_->xAxis->pixelToCoord(place.x())));
  const auto layer =
      static_cast<std::ptrdiff_t>(std::lround(heat_->yAxis->pixelToCoord(place.y())));
  if (column < 0 || layer < 0 || column >= std::ssize(table_.steps()) ||
      layer >= std::ssize(table_.layers())) {
    read_out_->clear();
    return;
  }
  const auto quantity = static_cast<LayerQuantity>(quantity_->currentIndex());
  const double value =
      table_.value(quantity, static_cast<std::size_t>(layer), static_cast<std::size_t>(column));
  read_out_->setText(
      tr("%1, step %2: %3")
          .arg(QString::fromStdString(table_.layers()[static_cast<std::size_t>(layer)]))
          .arg(table_.steps()[static_cast<std::size_t>(column)])
          .arg(std::isnan(value) ? tr("none") : QStringLiteral("%L1").arg(value, 0, 'g', 5)));
}

QString LayersView::readOut() const { return read_out_->text(); }

}  // namespace warmstart::live
