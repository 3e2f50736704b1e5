#include "views/inspect/image_grid.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kSmallestEdge = 96, kLargestEdge = 384;  ///< of a tile in the grid, pixels

}  // namespace

ImageGrid::ImageGrid(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Images"));
  setToolTip(tr("Click, Return: enlarge. Escape: back. Arrows: from image to image."));
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
}

void ImageGrid::setTiles(ImageTiles tiles) {
  tiles_ = std::move(tiles);
  const int last = static_cast<int>(tiles_.size()) - 1;
  enlarged_ = std::min(enlarged_, last), selected_ = std::min(selected_, last);
  refit();
}

void ImageGrid::setSelected(int tile) {
  selected_ = tile;
  update();
}

void ImageGrid::enlarge(int tile) {
  enlarged_ = tile;
  if (tile >= 0) selected_ = tile;
  refit();
}

void ImageGrid::chooseEdge() {
  const QSize seen = parentWidget() != nullptr ? parentWidget()->size() : size();
  for (edge_ = kLargestEdge; edge_ > kSmallestEdge; edge_ -= look::kGrid) {
    if (edge_ + 2 * look::kGrid <= seen.width() && heightOf(seen.width()) <= seen.height()) return;
  }
}

void ImageGrid::refit() {
  chooseEdge();
  setMinimumHeight(enlarged_ < 0 ? heightForWidth(width()) : 0);
  updateGeometry();
  update();
}

int ImageGrid::perRow(int width) const {
  return std::max(1, (width - look::kGrid) / (edge_ + look::kGrid));
}

int ImageGrid::heightForWidth(int width) const { return enlarged_ >= 0 ? 0 : heightOf(width); }

int ImageGrid::heightOf(int width) const {
  const int rows = (static_cast<int>(tiles_.size()) + perRow(width) - 1) / perRow(width);
  return look::kGrid + rows * (edge_ + fontMetrics().height() + look::kGrid);
}

QRect ImageGrid::rectOf(int tile) const {
  if (tile < 0 || tile >= static_cast<int>(tiles_.size())) return {};
  const QSize size = tiles_[static_cast<std::size_t>(tile)].image.size();
  QRect room(0, 0, edge_, edge_);
  if (enlarged_ == tile) {
    room = rect().adjusted(look::kGrid, look::kGrid, -look::kGrid,
                           -look::kGrid - fontMetrics().height());
  } else {
    room.translate(
        look::kGrid + tile % perRow(width()) * (edge_ + look::kGrid),
        look::kGrid + tile / perRow(width()) * (edge_ + fontMetrics().height() + look::kGrid));
  }
  QRect place(QPoint(), size.scaled(room.size(), Qt::KeepAspectRatio));
  place.moveCenter(room.center());
  return place;
}

void ImageGrid::paintEvent(QPaintEvent* event) {
  QPainter painter(this);
  painter.fillRect(event->rect(), look::surface());
  for (int i = 0; i < static_cast<int>(tiles_.size()); ++i) {
    if (enlarged_ >= 0 && i != enlarged_) continue;
    const ImageTile& tile = tiles_[static_cast<std::size_t>(i)];
    const QRect place = rectOf(i);
    const QRect name(place.center().x() - edge_ / 2, place.bottom() + 1,
                     enlarged_ >= 0 ? width() : edge_, fontMetrics().height());
    if (!event->rect().intersects(place.united(name))) continue;
    // Pixels stay squares when enlarged; a reduced picture is averaged.
    painter.setRenderHint(QPainter::SmoothPixmapTransform, place.width() < tile.image.width());
    painter.drawImage(place, tile.image);
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(enlarged_ >= 0 ? QRect(0, name.top(), width(), name.height()) : name,
                     Qt::AlignCenter,
                     fontMetrics().elidedText(tile.name, Qt::ElideRight, name.width()));
    if (i != selected_ || enlarged_ >= 0) continue;
    painter.setPen(QPen(look::accent(), 2));
    painter.drawRect(place.adjusted(-1, -1, 1, 1));
  }
}

void ImageGrid::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  if (const int before = edge_; chooseEdge(), edge_ != before) refit();
}

void ImageGrid::mousePressEvent(QMouseEvent* event) {
  if (enlarged_ >= 0) {
    enlarge(-1);
    emit left();
    return;
  }
  for (int i = 0; i < static_cast<int>(tiles_.size()); ++i) {
    if (rectOf(i).contains(event->pos())) return emit chosen(i);
  }
}

void ImageGrid::keyPressEvent(QKeyEvent* event) {
  const int count = static_cast<int>(tiles_.size());
  const auto go = [&](int by) {
    const int tile = std::clamp(selected_ + by, 0, count - 1);
    if (count == 0) return;
    if (enlarged_ >= 0) return emit chosen(tile);
    setSelected(tile);
  };
  switch (event->key()) {
    case Qt::Key_Left:
      return go(-1);
    case Qt::Key_Right:
      return go(1);
    case Qt::Key_Up:
      return go(-perRow(width()));
    case Qt::Key_Down:
      return go(perRow(width()));
    case Qt::Key_Return:
    case Qt::Key_Enter:
      return go(0), emit chosen(std::max(0, selected_));
    case Qt::Key_Escape:
      enlarge(-1);
      return emit left();
    default:
      return QWidget::keyPressEvent(event);
  }
}

}  // namespace warmstart
