#include "views/map/map_board.h"

#include <QCheckBox>
#include <QLabel>
#include <QListWidget>
#include <QSignalBlocker>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "views/look/icon_button.h"
#include "views/look/theme.h"
#include "views/map/layer_controls.h"
#include "views/map/layer_legend.h"
#include "views/map/under_pointer.h"

namespace warmstart {
namespace {

constexpr int kSideWidth = 34 * look::kGrid;
constexpr int kSeenEdge = 128;  ///< values of what is seen that a stretch is taken from, an edge

/// As many values of the part as a stretch needs.
RasterPart thinned(const QRectF& part) {
  const auto some = [](double pixels) {
    return std::clamp<std::int64_t>(std::llround(pixels), 1, kSeenEdge);
  };
  return {part.left(),   part.top(),         part.width(),
          part.height(), some(part.width()), some(part.height())};
}

}  // namespace

MapBoard::MapBoard(QWidget* parent)
    : QWidget(parent),
      canvas_(new MapCanvas(this)),
      list_(new QListWidget(this)),
      controls_(new LayerControls(this)),
      swiping_(new QCheckBox(tr("S&wipe"), this)),
      read_out_(new QLabel(this)),
      splitter_(new QSplitter(Qt::Horizontal, this)),
      asking_([this](const Under& under) { read_out_->setText(under.text); }),
      seeing_([this](const Seen& seen) {
        const MapLayerPtr layer = layerOf(canvas_->scene(), seen.layer);
        if (!layer || seeing_.busy()) return;
        LayerLook look = canvas_->look(seen.layer);
        stretch(look, *layer, seen.spreads);
        canvas_->setLook(seen.layer, look);
        if (seen.layer == currentLayer()) controls_->setLayer(layer, look);
      }) {
  read_out_->setAccessibleName(tr("Under the pointer"));
  read_out_->setTextFormat(Qt::PlainText);
  read_out_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  read_out_->setMinimumWidth(1);  // a long text is cut, the window does not grow
  splitter_->addWidget(canvas_);
  splitter_->addWidget(makeSide());
  splitter_->setStretchFactor(0, 1);
  splitter_->setCollapsible(0, false);
  splitter_->setSizes({100 * look::kGrid, kSideWidth});
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(look::kGrid / 2);
  column->addWidget(splitter_, 1);
  column->addWidget(read_out_);
  connectAll();
}

QWidget* MapBoard::makeSide() {
  auto* side = new QWidget(this);
  add_ = look::iconButton(QStringLiteral("add"), tr("Add a raster over the map"), side);
  remove_ = look::iconButton(QStringLiteral("remove"), tr("Take the layer off the map"), side);
  lower_ = look::iconButton(QStringLiteral("down"), tr("Move the layer down"), side);
  subtract_ = look::iconButton(QStringLiteral("difference"),
                               tr("Show where the layer and the one below it differ"), side);
  fit_ = look::iconButton(QStringLiteral("search"), tr("Show all of the map"), side);
  swiping_->setToolTip(tr("A line on the map uncovers what lies below the top layer"));
  auto* row = new QHBoxLayout;
  row->setSpacing(look::kGrid / 2);
  for (QToolButton* button : {add_, remove_, lower_, subtract_, fit_}) row->addWidget(button);
  row->addStretch(1);
  row->addWidget(swiping_);
  list_->setAccessibleName(tr("Layers, the top one first"));
  list_->setMaximumHeight(14 * look::kGrid);
  auto* column = new QVBoxLayout(side);
  column->setContentsMargins(look::kGrid, 0, 0, 0);
  column->setSpacing(look::kGrid / 2);
  column->addLayout(row);
  column->addWidget(list_);
  column->addWidget(controls_, 1);
  side->setMinimumWidth(26 * look::kGrid);
  return side;
}

void MapBoard::connectAll() {
  connect(canvas_, &MapCanvas::hovered, this, &MapBoard::askUnder);
  connect(canvas_, &MapCanvas::left, read_out_, &QLabel::clear);
  connect(list_, &QListWidget::currentRowChanged, this, &MapBoard::showCurrent);
  connect(list_, &QListWidget::itemChanged, this, [this](QListWidgetItem* item) {
    const int layer = list_->count() - 1 - list_->row(item);
    LayerLook look = canvas_->look(layer);
    look.shown = item->checkState() == Qt::Checked;
    canvas_->setLook(layer, look);
    showCurrent();
  });
  connect(controls_, &LayerControls::changed, this, [this](LayerLook look) {
    if (currentLayer() < 0) return;
    look.shown = canvas_->look(currentLayer()).shown;
    canvas_->setLook(currentLayer(), look);
  });
  connect(controls_, &LayerControls::stretchToViewWanted, this, &MapBoard::stretchToView);
  connect(controls_, &LayerControls::kindWanted, this,
          [this](MapLayer::Kind kind) { setKind(currentLayer(), kind); });
  connect(add_, &QToolButton::clicked, this, &MapBoard::addWanted);
  connect(remove_, &QToolButton::clicked, this, [this] { removeLayer(currentLayer()); });
  connect(lower_, &QToolButton::clicked, this, [this] { lowerLayer(currentLayer()); });
  connect(subtract_, &QToolButton::clicked, this, [this] {
    const QString problem = subtract(currentLayer());
    if (!problem.isEmpty()) emit failed(tr("The layers cannot be subtracted"), problem);
  });
  connect(fit_, &QToolButton::clicked, canvas_, &MapCanvas::showAll);
  connect(swiping_, &QCheckBox::toggled, this, [this](bool on) {
    canvas_->setSwipe(on ? std::optional(canvas_->swipe().value_or(0.5)) : std::nullopt);
  });
}

void MapBoard::setLayers(std::vector<MapLayer> layers, std::vector<LayerLook> looks, bool whole) {
  canvas_->setScene(std::make_shared<const MapScene>(MapScene{std::move(layers)}), std::move(looks),
                    whole);
  fillList();
}

void MapBoard::setGround(const MapLayer& layer) {
  read_out_->clear();
  setLayers({layer}, {firstLook(layer)}, true);
  setCurrentLayer(0);
}

void MapBoard::addLayer(const MapLayer& layer) {
  std::vector<MapLayer> layers = canvas_->scene()->layers;
  std::vector<LayerLook> looks = canvas_->looks();
  layers.push_back(layer);
  looks.push_back(firstLook(layer));
  setLayers(std::move(layers), std::move(looks), false);
  setCurrentLayer(static_cast<int>(canvas_->looks().size()) - 1);
}

void MapBoard::setRunLayers(const std::vector<RunLayer>& run_layers) {
  if (!canvas_->scene()) return;
  const QString current =
      currentLayer() < 0 ? QString() : layerOf(canvas_->scene(), currentLayer())->name;
  std::vector<MapLayer> layers;
  std::vector<LayerLook> looks;
  QHash<QString, LayerLook> known;
  for (std::size_t i = 0; i < canvas_->looks().size(); ++i) {
    const MapLayer& layer = canvas_->scene()->layers[i];
    if (layer.of_run) {
      known.insert(layer.name, canvas_->looks()[i]);
    } else {
      layers.push_back(layer), looks.push_back(canvas_->looks()[i]);
    }
  }
  if (run_layers.empty() && known.isEmpty()) return;
  for (const RunLayer& each : run_layers) {
    layers.push_back(each.layer);
    looks.push_back(known.value(each.layer.name, each.look));
  }
  setLayers(std::move(layers), std::move(looks), false);
  setCurrentLayer(layerCalled(known.isEmpty() ? QString() : current));
}

/// The topmost that is shown where none is called so.
int MapBoard::layerCalled(const QString& name) const {
  const auto& layers = canvas_->scene()->layers;
  const auto found = std::find_if(layers.begin(), layers.end(),
                                  [&](const MapLayer& layer) { return layer.name == name; });
  if (found != layers.end()) return static_cast<int>(found - layers.begin());
  int top = static_cast<int>(layers.size()) - 1;
  while (top > 0 && !canvas_->look(top).shown) --top;
  return top;
}

/// The ground itself stays: all others lie on it.
void MapBoard::removeLayer(int layer) {
  if (layer <= 0) return;
  std::vector<MapLayer> layers = canvas_->scene()->layers;
  std::vector<LayerLook> looks = canvas_->looks();
  layers.erase(layers.begin() + layer);
  looks.erase(looks.begin() + layer);
  setLayers(std::move(layers), std::move(looks), false);
  setCurrentLayer(layer - 1);
}

void MapBoard::setKind(int layer, MapLayer::Kind kind) {
  const MapLayerPtr before = layerOf(canvas_->scene(), layer);
  if (!before || before->kind == kind) return;
  std::vector<MapLayer> layers = canvas_->scene()->layers;
  std::vector<LayerLook> looks = canvas_->looks();
  const auto place = static_cast<std::size_t>(layer);
  layers[place].kind = kind;
  const bool shown = looks[place].shown;
  looks[place] = firstLook(layers[place]);
  looks[place].shown = shown;
  setLayers(std::move(layers), std::move(looks), false);
  setCurrentLayer(layer);
}

void MapBoard::lowerLayer(int layer) {
  if (layer <= 1) return;
  std::vector<MapLayer> layers = canvas_->scene()->layers;
  std::vector<LayerLook> looks = canvas_->looks();
  std::iter_swap(layers.begin() + layer, layers.begin() + layer - 1);
  std::iter_swap(looks.begin() + layer, looks.begin() + layer - 1);
  setLayers(std::move(layers), std::move(looks), false);
  setCurrentLayer(layer - 1);
}

QString MapBoard::subtract(int layer) {
  const MapLayerPtr first = layerOf(canvas_->scene(), layer);
  const MapLayerPtr second = layerOf(canvas_->scene(), layer - 1);
  if (!first || !second) return tr("there is no layer below it");
  if (first->kind != second->kind || first->kind == MapLayer::Kind::kDifference)
    return tr("one holds classes, the other does not");
  const QString why_not = whyNotSamePixels(first->raster->facts(), second->raster->facts());
  if (!why_not.isEmpty()) return why_not;
  addLayer(differenceOf(*first, *second));
  return {};
}

int MapBoard::currentLayer() const {
  return list_->currentRow() < 0 ? -1 : list_->count() - 1 - list_->currentRow();
}

void MapBoard::setCurrentLayer(int layer) {
  list_->setCurrentRow(list_->count() - 1 - layer);
  showCurrent();
}

void MapBoard::setSwiping(bool swiping) { swiping_->setChecked(swiping); }

void MapBoard::fillList() {
  const QSignalBlocker quiet(list_);
  list_->clear();
  for (int i = static_cast<int>(canvas_->looks().size()) - 1; i >= 0; --i) {
    const MapLayerPtr layer = layerOf(canvas_->scene(), i);
    auto* item = new QListWidgetItem(layer->name, list_);
    item->setToolTip(QString::fromStdString(layer->raster->file().string()));
    item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
    item->setCheckState(canvas_->look(i).shown ? Qt::Checked : Qt::Unchecked);
  }
}

void MapBoard::showCurrent() {
  const int current = currentLayer();
  const MapLayerPtr layer = layerOf(canvas_->scene(), current);
  controls_->setLayer(layer, layer ? canvas_->look(current) : LayerLook());
  const bool of_run = layer && layer->of_run;  // these come back with the next step
  remove_->setEnabled(current > 0 && !of_run);
  lower_->setEnabled(current > 1 && !of_run);
  subtract_->setEnabled(current > 0);
  swiping_->setEnabled(canvas_->looks().size() > 1);
}

void MapBoard::stretchToView() {
  const int current = currentLayer();
  const MapLayerPtr layer = layerOf(canvas_->scene(), current);
  if (!layer) return;
  const QRectF part = canvas_->seen(current);
  if (part.isEmpty()) return;
  seeing_.start([layer, current, part] {
    try {
      return Seen{current, spreadsOf(*layer->raster, {thinned(part)})};
    } catch (const Error&) {
      return Seen{};  // its tiles show that it cannot be read
    }
  });
}

void MapBoard::askUnder(const QPointF& ground) {
  asking_.start([scene = canvas_->scene(), looks = canvas_->looks(), ground] {
    return Under{ground, textUnder(*scene, looks, ground)};
  });
}

QString MapBoard::readOut() const { return read_out_->text(); }

bool MapBoard::settled() const {
  return !asking_.busy() && !seeing_.busy() && canvas_->settled() && controls_->legend()->settled();
}

QVariantMap MapBoard::state() const {
  return {{QStringLiteral("splitter"), splitter_->saveState()},
          {QStringLiteral("swipe"), swiping_->isChecked()}};
}

void MapBoard::setState(const QVariantMap& state) {
  splitter_->restoreState(state.value(QStringLiteral("splitter")).toByteArray());
  swiping_->setChecked(state.value(QStringLiteral("swipe")).toBool());
}

}  // namespace warmstart
