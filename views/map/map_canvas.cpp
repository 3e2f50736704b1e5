// State, geometry and hands; what is drawn is in map_paint.cpp.
#include "views/map/map_canvas.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <utility>

#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr double kLargestPixel = 64;  ///< of the screen, for one of the ground
constexpr double kSmallestMap = 64;   ///< pixels that the whole ground takes at least
constexpr double kNear = 6;           ///< pixels beside the swipe line that take hold of it
constexpr double kKeyPan = 0.15, kKeyZoom = 1.5;
constexpr double kMapClick = 3;     ///< pixels that the pointer may move between press and release
constexpr double kSpeck = 24;       ///< pixels: a smaller tile is not seen at a glance
constexpr double kTileShare = 0.3;  ///< of the canvas that a tile takes where it was a speck

}  // namespace

MapCanvas::MapCanvas(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setMinimumSize(30 * look::kGrid, 24 * look::kGrid);
  setAccessibleName(tr("Map"));
  setToolTip(
      tr("Wheel: zoom. Drag: move. Double click: all. Click a run's tile: its sample. Keys: "
         "arrows, + and -, Home for all, [ and ] for the swipe line."));
  connect(&tiles_, &MapTiles::tileReady, this, &MapCanvas::takeTile);
}

void MapCanvas::takeTile(const MapTileKey& key) {
  pictures_.forget(key);
  update();
  emit tileDrawn();
  const MapTilePtr tile = tiles_.find(key);
  if (!tile || tile->unreadable.empty()) return;
  const Path& file = scene_->layers.at(static_cast<std::size_t>(key.layer)).raster->file();
  const QRect part = tile->unreadable.front().toAlignedRect();
  emit unreadable(QString::fromStdString(file.string()),
                  tr("%1: columns %2 to %3, rows %4 to %5 cannot be read: %6. Copy the file again, "
                     "or leave out what is hatched.")
                      .arg(QString::fromStdString(file.filename().string()))
                      .arg(part.left())
                      .arg(part.right())
                      .arg(part.top())
                      .arg(part.bottom())
                      .arg(QString::fromStdString(tile->problem)));
}

void MapCanvas::setScene(MapScenePtr scene, std::vector<LayerLook> looks, bool whole) {
  scene_ = std::move(scene), looks_ = std::move(looks);
  tiles_.setScene(scene_);
  for (int i = 0; i < static_cast<int>(looks_.size()); ++i) tiles_.setBands(i, look(i).bands);
  pictures_.clear();
  if (whole) showAll();
  viewMoved();
}

void MapCanvas::setLook(int layer, const LayerLook& look) {
  looks_.at(static_cast<std::size_t>(layer)) = look;
  tiles_.setBands(layer, look.bands);
  forgetPictures(layer);
  update();
}

void MapCanvas::forgetPictures(int layer) {
  pictures_.forgetIf([layer](const MapTileKey& key) { return key.layer == layer; });
}

void MapCanvas::setSwipe(std::optional<double> share) {
  swipe_ = share;
  if (swipe_) swipe_ = std::clamp(*swipe_, 0.0, 1.0);
  update();
}

void MapCanvas::setOutlines(std::vector<TileOutline> outlines) {
  outlines_ = std::move(outlines);
  update();
}

void MapCanvas::setMarked(int sample) {
  marked_ = sample;
  update();
}

bool MapCanvas::covers(int sample) const {
  return scene_ && std::any_of(outlines_.begin(), outlines_.end(), [&](const TileOutline& tile) {
           return tile.sample == sample &&
                  scene_->bounds().contains(tile.ground.boundingRect().center());
         });
}

void MapCanvas::showTile(int sample) {
  for (const TileOutline& tile : outlines_) {
    if (tile.sample != sample) continue;
    const QRectF there = tile.ground.boundingRect();
    const double size = std::max(there.width(), there.height());
    const bool speck = size * scale_ < kSpeck;
    if (!speck && rect().contains(placeOf(there.center()).toPoint())) return;
    centre_ = there.center();
    if (speck) scale_ = std::min(kTileShare * std::min(width(), height()) / size, kLargestPixel);
    fitted_ = false;
    return viewMoved();
  }
}

int MapCanvas::tileAt(const QPointF& ground) const {
  int found = -1;
  double nearest = 0;
  for (const TileOutline& tile : outlines_) {
    if (!tile.ground.containsPoint(ground, Qt::OddEvenFill)) continue;
    const QPointF away = tile.ground.boundingRect().center() - ground;
    const double distance = QPointF::dotProduct(away, away);
    if (found < 0 || distance < nearest) found = tile.sample, nearest = distance;
  }
  return found;
}

void MapCanvas::showAll() {
  if (!scene_ || scene_->layers.empty()) return;
  const QRectF all = scene_->bounds();
  centre_ = all.center();
  scale_ = std::min({width() / all.width(), height() / all.height(), kLargestPixel});
  fitted_ = true;
  viewMoved();
}

void MapCanvas::zoomAt(const QPointF& place, double factor) {
  if (!scene_ || scene_->layers.empty()) return;
  const QRectF all = scene_->bounds();
  const QPointF held = groundAt(place);
  const double smallest = kSmallestMap / std::max(all.width(), all.height());
  scale_ = std::clamp(scale_ * factor, std::min(smallest, kLargestPixel), kLargestPixel);
  centre_ += held - groundAt(place);
  fitted_ = false;
  viewMoved();
}

/// The middle stays on the ground: nobody gets lost beside the map.
void MapCanvas::panBy(const QPointF& pixels) {
  if (!scene_ || scene_->layers.empty()) return;
  const QRectF all = scene_->bounds();
  centre_ -= pixels / scale_;
  centre_.setX(std::clamp(centre_.x(), all.left(), all.right()));
  centre_.setY(std::clamp(centre_.y(), all.top(), all.bottom()));
  fitted_ = false;
  viewMoved();
}

void MapCanvas::viewMoved() {
  update();
  emit viewChanged();
}

QTransform MapCanvas::groundToScreen() const {
  return QTransform::fromTranslate(-centre_.x(), -centre_.y()) *
         QTransform::fromScale(scale_, scale_) *
         QTransform::fromTranslate(width() / 2.0, height() / 2.0);
}

QTransform MapCanvas::layerToScreen(int layer) const {
  return scene_->layers.at(static_cast<std::size_t>(layer)).to_ground * groundToScreen();
}

QPointF MapCanvas::groundAt(const QPointF& place) const {
  return centre_ + (place - QPointF(width() / 2.0, height() / 2.0)) / scale_;
}

QPointF MapCanvas::placeOf(const QPointF& ground) const { return groundToScreen().map(ground); }

QRectF MapCanvas::seen(int layer) const {
  const QRectF part = layerToScreen(layer).inverted().mapRect(QRectF(rect()));
  return part & scene_->layers.at(static_cast<std::size_t>(layer)).bounds();
}

int MapCanvas::levelOf(int layer) const {
  const double pixel = std::sqrt(std::abs(layerToScreen(layer).determinant()));
  return levelFor(pixel * devicePixelRatioF(),
                  scene_->layers.at(static_cast<std::size_t>(layer)).raster->facts());
}

int MapCanvas::topLayer() const {
  for (int i = static_cast<int>(looks_.size()) - 1; i >= 0; --i) {
    if (look(i).shown) return i;
  }
  return -1;
}

/// From the middle outwards.
std::vector<MapTileKey> MapCanvas::visibleTiles(int layer) const {
  const QRectF part = seen(layer);
  std::vector<MapTileKey> keys;
  if (part.isEmpty()) return keys;
  const int level = levelOf(layer);
  const double edge = std::ldexp(MapTile::kEdge, level);
  const auto last = [edge](double end) { return static_cast<int>(std::ceil(end / edge)) - 1; };
  for (int row = static_cast<int>(part.top() / edge); row <= last(part.bottom()); ++row) {
    for (int column = static_cast<int>(part.left() / edge); column <= last(part.right()); ++column)
      keys.push_back({layer, level, column, row});
  }
  const QPointF middle = part.center() / edge - QPointF(0.5, 0.5);
  std::stable_sort(keys.begin(), keys.end(), [&](const MapTileKey& a, const MapTileKey& b) {
    const auto apart = [&](const MapTileKey& key) {
      return std::hypot(key.column - middle.x(), key.row - middle.y());
    };
    return apart(a) < apart(b);
  });
  return keys;
}

bool MapCanvas::complete() {
  if (!scene_) return false;
  for (int i = 0; i < static_cast<int>(looks_.size()); ++i) {
    if (!look(i).shown) continue;
    for (const MapTileKey& key : visibleTiles(i)) {
      if (!tiles_.find(key)) return false;
    }
  }
  return true;
}

bool MapCanvas::nearSwipe(const QPointF& place) const {
  return swipe_ && std::abs(place.x() - *swipe_ * width()) <= kNear;
}

void MapCanvas::resizeEvent(QResizeEvent*) {
  if (fitted_) showAll();
}

void MapCanvas::wheelEvent(QWheelEvent* event) {
  const double steps = event->angleDelta().y() / 120.0;
  if (steps != 0) zoomAt(event->position(), std::pow(1.25, steps));
  event->accept();
}

void MapCanvas::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  last_ = pressed_ = event->position();
  drag_ = nearSwipe(last_) ? Drag::kSwipe : Drag::kPan;
  setCursor(drag_ == Drag::kSwipe ? Qt::SplitHCursor : Qt::ClosedHandCursor);
}

void MapCanvas::mouseMoveEvent(QMouseEvent* event) {
  const QPointF place = event->position();
  if (drag_ == Drag::kPan) panBy(place - last_);
  if (drag_ == Drag::kSwipe) setSwipe(place.x() / std::max(1, width()));
  if (drag_ == Drag::kNone) setCursor(nearSwipe(place) ? Qt::SplitHCursor : Qt::CrossCursor);
  last_ = place;
  if (scene_) emit hovered(groundAt(place));
}

void MapCanvas::mouseReleaseEvent(QMouseEvent* event) {
  const QPointF moved = event->position() - pressed_;
  const bool click = std::exchange(drag_, Drag::kNone) == Drag::kPan && scene_ &&
                     std::hypot(moved.x(), moved.y()) <= kMapClick;
  setCursor(Qt::CrossCursor);
  if (click) emit clicked(groundAt(event->position()));
}

void MapCanvas::mouseDoubleClickEvent(QMouseEvent*) { showAll(); }

void MapCanvas::leaveEvent(QEvent*) { emit left(); }

void MapCanvas::keyPressEvent(QKeyEvent* event) {
  const QPointF middle(width() / 2.0, height() / 2.0);
  const double step = kKeyPan * width();
  switch (event->key()) {
    case Qt::Key_Left:
      return panBy({step, 0});
    case Qt::Key_Right:
      return panBy({-step, 0});
    case Qt::Key_Up:
      return panBy({0, step});
    case Qt::Key_Down:
      return panBy({0, -step});
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return zoomAt(middle, kKeyZoom);
    case Qt::Key_Minus:
      return zoomAt(middle, 1 / kKeyZoom);
    case Qt::Key_Home:
      return showAll();
    case Qt::Key_BracketLeft:
      return swipe_ ? setSwipe(*swipe_ - 0.02) : event->ignore();
    case Qt::Key_BracketRight:
      return swipe_ ? setSwipe(*swipe_ + 0.02) : event->ignore();
    default:
      QWidget::keyPressEvent(event);
  }
}

void MapCanvas::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    label_colours_.clear();
    pictures_.clear();
    update();
  }
  QWidget::changeEvent(event);
}

/// Keys of the map are no shortcuts of the window while it has the focus.
bool MapCanvas::event(QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->modifiers() == Qt::NoModifier &&
        (key->key() == Qt::Key_BracketLeft || key->key() == Qt::Key_BracketRight ||
         key->key() == Qt::Key_Home)) {
      event->accept();
      return true;
    }
  }
  return QWidget::event(event);
}

}  // namespace warmstart
