#include "views/inspect/patch_picture.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <cmath>

#include "views/look/theme.h"

namespace warmstart {

PatchPicture::PatchPicture(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setMinimumSize(24 * look::kGrid, 20 * look::kGrid);
  setAccessibleName(tr("Attention over the picture"));
  setToolTip(
      tr("Click a patch: what it looks at. Arrows: from patch to patch. Home: class token."));
}

void PatchPicture::setContent(QImage image, MatrixPtr weights, const std::vector<int>& grid,
                              int before) {
  image_ = std::move(image), weights_ = std::move(weights);
  rows_ = grid.at(0), columns_ = grid.at(1), before_ = before;
  setActive(active_);
}

void PatchPicture::setActive(int token) {
  active_ = std::clamp(token, 0, before_ + rows_ * columns_ - 1);
  update();
}

QRectF PatchPicture::pictureRect() const {
  QRectF place(QPointF(), QSizeF(image_.size()).scaled(size(), Qt::KeepAspectRatio));
  place.moveCenter(QRectF(rect()).center());
  return place;
}

QRectF PatchPicture::rectOf(int token) const {
  const int patch = token - before_;
  if (patch < 0) return {};
  const QRectF all = pictureRect();
  const double width = all.width() / columns_, height = all.height() / rows_;
  return {all.left() + patch % columns_ * width, all.top() + patch / columns_ * height, width,
          height};
}

int PatchPicture::tokenAt(const QPointF& place) const {
  const QRectF all = pictureRect();
  if (!all.contains(place)) return -1;
  const int row = static_cast<int>((place.y() - all.top()) / all.height() * rows_);
  const int column = static_cast<int>((place.x() - all.left()) / all.width() * columns_);
  return before_ + std::min(row, rows_ - 1) * columns_ + std::min(column, columns_ - 1);
}

void PatchPicture::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), look::surface());
  if (image_.isNull() || !weights_ || active_ >= weights_->rows) return;
  painter.drawImage(pictureRect(), image_);
  double most = 0;
  for (int token = before_; token < weights_->columns; ++token)
    most = std::max(most, std::abs(weights_->at(active_, token)));
  const auto& colours = look::colours(look::Map::kViridis);
  for (int token = before_; most > 0 && token < weights_->columns; ++token) {
    const double share = std::abs(weights_->at(active_, token)) / most;
    QColor colour(colours[static_cast<std::size_t>(share * 255)]);
    colour.setAlphaF(static_cast<float>(0.15 + 0.6 * share));
    painter.fillRect(rectOf(token), colour);
  }
  if (active_ < before_) return;
  painter.setPen(QPen(look::accent(), 3));
  painter.drawRect(rectOf(active_));
}

void PatchPicture::mousePressEvent(QMouseEvent* event) {
  const int token = tokenAt(event->position());
  if (token < 0) return;
  setActive(token);
  emit chosen(token);
}

void PatchPicture::mouseMoveEvent(QMouseEvent* event) { emit hovered(tokenAt(event->position())); }
void PatchPicture::leaveEvent(QEvent*) { emit hovered(-1); }

void PatchPicture::keyPressEvent(QKeyEvent* event) {
  const auto go = [this](int token) {
    setActive(token);
    emit chosen(active_);
  };
  switch (event->key()) {
    case Qt::Key_Left:
      return go(active_ - 1);
    case Qt::Key_Right:
      return go(active_ + 1);
    case Qt::Key_Up:
      return go(active_ - columns_);
    case Qt::Key_Down:
      return go(active_ + columns_);
    case Qt::Key_Home:
      return go(0);
    default:
      return QWidget::keyPressEvent(event);
  }
}

}  // namespace warmstart
