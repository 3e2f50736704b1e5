// What MapCanvas draws.
#include <QPainter>
#include <QPainterPath>
#include <cmath>

#include "views/look/theme.h"
#include "views/map/map_canvas.h"

namespace warmstart {
namespace {

/// Neighbours share their edges, so rounded to whole pixels they leave no seam between them.
void drawSnapped(QPainter& painter, const QRectF& place, const QImage& picture,
                 const QRectF& part) {
  const QTransform transform = painter.transform();
  if (transform.type() > QTransform::TxScale) return painter.drawImage(place, picture, part);
  const QRectF seen = transform.mapRect(place);
  const QPoint first(qRound(seen.left()), qRound(seen.top()));
  const QPoint end(qRound(seen.right()), qRound(seen.bottom()));
  painter.resetTransform();
  painter.drawImage(QRectF(first, end), picture, part);
  painter.setTransform(transform);
}

/// Hatched: what lies below shines through, and nobody takes it for a place without data.
void hatchUnreadable(QPainter& painter, const std::vector<QRectF>& parts, const QRectF& within) {
  for (const QRectF& part : parts)
    painter.fillRect(part & within, QBrush(look::bad(), Qt::BDiagPattern));
}

constexpr double kMetresOfDegree = 111320;  ///< along a great circle
constexpr double kSwipeGrip = 5;            ///< radius, pixels

/// The largest of 1, 2 and 5 times a power of ten that is at most `most`.
double roundBelow(double most) {
  const double power = std::pow(10, std::floor(std::log10(most)));
  for (const double step : {5.0, 2.0}) {
    if (step * power <= most) return step * power;
  }
  return power;
}

QString lengthText(double metres) {
  const bool far = metres >= 1000;
  return far ? MapCanvas::tr("%1 km").arg(QLocale().toString(metres / 1000, 'g', 6))
             : MapCanvas::tr("%1 m").arg(QLocale().toString(metres, 'g', 6));
}

}  // namespace

std::shared_ptr<const MapPicture> MapCanvas::pictureFor(const MapTileKey& key) {
  if (auto known = pictures_.find(key)) return known;
  const MapTilePtr tile = tiles_.find(key);
  if (!tile || tile->columns == 0) return nullptr;
  if (label_colours_.empty()) {
    for (int i = 0; i <= look::kLabelColours; ++i) label_colours_.push_back(look::label(i).rgba());
  }
  const auto layer = static_cast<std::size_t>(key.layer);
  auto made = std::make_shared<MapPicture>();
  made->image =
      pictureOf(*tile, scene_->layers[layer], looks_[layer], label_colours_, look::bad().rgba());
  made->unreadable = tile->unreadable;
  pictures_.put(key, made, visible_);
  return made;
}

void MapCanvas::paintEvent(QPaintEvent*) {
  ++paints_;
  QPainter painter(this);
  painter.fillRect(rect(), palette().color(QPalette::Base));
  if (!scene_) return;
  visible_.clear();
  const int top = topLayer();
  for (int i = 0; i < static_cast<int>(looks_.size()); ++i) {
    if (!look(i).shown) continue;
    const std::vector<MapTileKey> keys = visibleTiles(i);
    visible_.insert(visible_.end(), keys.begin(), keys.end());
  }
  for (int i = 0; i < static_cast<int>(looks_.size()); ++i) {
    if (!look(i).shown) continue;
    painter.save();
    if (swipe_ && i == top) painter.setClipRect(QRectF(*swipe_ * width(), 0, width(), height()));
    drawLayer(painter, i);
    painter.restore();
  }
  tiles_.want(visible_);
  drawOutlines(painter);
  drawSwipe(painter);
  drawScaleBar(painter);
}

void MapCanvas::drawLayer(QPainter& painter, int layer) {
  const QTransform to_screen = layerToScreen(layer);
  painter.setOpacity(look(layer).opacity);
  painter.setTransform(to_screen, true);
  painter.setRenderHint(QPainter::SmoothPixmapTransform, std::abs(to_screen.determinant()) < 1);
  for (const MapTileKey& key : visibleTiles(layer)) drawTile(painter, key);
}

/// Until a tile is read, the nearest coarser one stands for it.
void MapCanvas::drawTile(QPainter& painter, const MapTileKey& key) {
  const RasterFacts& facts = scene_->layers.at(static_cast<std::size_t>(key.layer)).raster->facts();
  const QRectF place = tileBounds(key, facts);
  MapTileKey held = key;
  for (int up = 0; up < 16; ++up) {
    if (const auto picture = pictureFor(held)) {
      const QImage& image = picture->image;
      const QRectF whole = tileBounds(held, facts);
      const double x = image.width() / whole.width(), y = image.height() / whole.height();
      const QRectF part((place.left() - whole.left()) * x, (place.top() - whole.top()) * y,
                        place.width() * x, place.height() * y);
      drawSnapped(painter, place, image, part);
      return hatchUnreadable(painter, picture->unreadable, place);
    }
    held = {key.layer, held.level + 1, held.column / 2, held.row / 2};
  }
}

/// Dark on light, so that they are seen on any ground.
void MapCanvas::drawOutlines(QPainter& painter) const {
  const QTransform to_screen = groundToScreen();
  painter.setBrush(Qt::NoBrush);
  const auto outline = [&](const TileOutline& tile, const QColor& colour, double width) {
    const QPolygonF place = to_screen.map(tile.ground);
    if (!place.boundingRect().intersects(QRectF(rect()))) return;
    painter.setPen(QPen(Qt::white, width + 2));
    painter.drawPolygon(place);
    painter.setPen(QPen(colour, width));
    painter.drawPolygon(place);
  };
  for (const TileOutline& tile : outlines_) outline(tile, Qt::black, 1);
  for (const TileOutline& tile : outlines_) {
    if (tile.sample == marked_) outline(tile, look::accent(), 3);
  }
}

void MapCanvas::drawSwipe(QPainter& painter) const {
  if (!swipe_) return;
  const double x = *swipe_ * width();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(palette().color(QPalette::Base), 3));
  painter.drawLine(QPointF(x, 0), QPointF(x, height()));
  painter.setPen(QPen(look::accent(), 1));
  painter.drawLine(QPointF(x, 0), QPointF(x, height()));
  painter.setBrush(look::accent());
  painter.drawEllipse(QPointF(x, height() / 2.0), kSwipeGrip, kSwipeGrip);
}

/// At the middle of the view; 0 = not known.
double MapCanvas::metresPerGround() const {
  const RasterFacts& facts = scene_->layers.front().raster->facts();
  if (!facts.placed) return 0;
  const MapTransform& t = facts.transform;
  const double across = std::hypot(t[1], t[4]);
  if (!facts.geographic) return across * facts.metres;
  const double latitude = t[3] + centre_.x() * t[4] + centre_.y() * t[5];
  return across * kMetresOfDegree * std::cos(qDegreesToRadians(latitude));
}

void MapCanvas::drawScaleBar(QPainter& painter) const {
  if (scene_->layers.empty()) return;
  const double metres = metresPerGround();
  const double unit = metres > 0 ? metres : 1;
  const double length = roundBelow(width() / 5.0 / scale_ * unit);
  const QString text =
      metres > 0 ? lengthText(length) : tr("%1 pixels").arg(QLocale().toString(length, 'g', 6));
  const double pixels = length / unit * scale_;
  const int high = fontMetrics().height() + look::kGrid;
  const double wide = std::max<double>(pixels, fontMetrics().horizontalAdvance(text));
  const QRectF plate(look::kGrid, height() - high - 2 * look::kGrid, wide + 2 * look::kGrid,
                     high + look::kGrid);
  painter.setPen(Qt::NoPen);
  QColor back = palette().color(QPalette::Base);
  back.setAlphaF(0.8F);
  painter.setBrush(back);
  painter.drawRoundedRect(plate, 3, 3);
  painter.setPen(QPen(palette().color(QPalette::Text), 2));
  const double y = plate.bottom() - look::kGrid * 0.75;
  painter.drawLine(QPointF(plate.left() + look::kGrid, y),
                   QPointF(plate.left() + look::kGrid + pixels, y));
  painter.drawText(QPointF(plate.left() + look::kGrid, y - look::kGrid / 2.0), text);
}

}  // namespace warmstart
