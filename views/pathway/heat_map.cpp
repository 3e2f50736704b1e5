#include "views/pathway/heat_map.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <cmath>

#include "views/look/colour_map.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kHeatLeft = 4 * look::kGrid, kHeatRight = 9 * look::kGrid,
              kHeatBottom = 3 * look::kGrid, kHeatTop = look::kGrid;

}  // namespace

HeatMap::HeatMap(QWidget* parent) : QWidget(parent) {
  setMinimumSize(24 * look::kGrid, 14 * look::kGrid);
  setFocusPolicy(Qt::StrongFocus);
}

void HeatMap::setContent(Content content) {
  content_ = std::move(content);
  low_ = INFINITY, high_ = -INFINITY;
  for (const float value : content_.values) {
    if (std::isnan(value)) continue;
    low_ = std::min(low_, value), high_ = std::max(high_, value);
  }
  if (!(low_ <= high_)) low_ = 0, high_ = 1;
  image_ = QImage(content_.columns, content_.rows, QImage::Format_ARGB32);
  const auto& colours = look::colours(look::Map::kViridis);
  const float scale = high_ > low_ ? 255 / (high_ - low_) : 0;
  for (int row = 0; row < content_.rows; ++row) {
    auto* line = reinterpret_cast<QRgb*>(image_.scanLine(row));
    for (int column = 0; column < content_.columns; ++column) {
      const float value =
          content_.values[static_cast<std::size_t>(row * content_.columns + column)];
      line[column] =
          std::isnan(value) ? 0 : colours[static_cast<std::size_t>((value - low_) * scale + 0.5F)];
    }
  }
  if (marked_ && (marked_->first >= content_.rows || marked_->second >= content_.columns))
    marked_.reset();
  update();
}

void HeatMap::setMarked(std::optional<Cell> cell) {
  marked_ = cell;
  update();
}

QRectF HeatMap::plot() const {
  QRectF area = QRectF(rect()).adjusted(kHeatLeft, kHeatTop, -kHeatRight, -kHeatBottom);
  if (content_.square) {
    const double side = std::min(area.width(), area.height());
    area.setSize({side, side});
  }
  return area;
}

QRectF HeatMap::rectOf(const Cell& cell) const {
  const QRectF area = plot();
  const double wide = area.width() / std::max(1, content_.columns);
  const double high = area.height() / std::max(1, content_.rows);
  return {area.left() + wide * cell.second, area.top() + high * cell.first, wide, high};
}

std::optional<HeatMap::Cell> HeatMap::cellAt(const QPointF& place) const {
  const QRectF area = plot();
  if (!area.contains(place) || image_.isNull()) return std::nullopt;
  const int column = static_cast<int>((place.x() - area.left()) / area.width() * content_.columns);
  const int row = static_cast<int>((place.y() - area.top()) / area.height() * content_.rows);
  return Cell{std::min(row, content_.rows - 1), std::min(column, content_.columns - 1)};
}

void HeatMap::drawScale(QPainter& painter) const {
  const QRectF area = plot();
  const QRectF bar(area.right() + look::kGrid, area.top(), look::kGrid, area.height());
  const auto& colours = look::colours(look::Map::kViridis);
  const int steps = std::max(1, static_cast<int>(bar.height()));
  for (int y = 0; y < steps; ++y) {
    const int level = 255 - 255 * y / steps;
    painter.fillRect(QRectF(bar.left(), bar.top() + y, bar.width(), 1.5),
                     QColor(colours[static_cast<std::size_t>(level)]));
  }
  painter.setPen(look::faint());
  const QRectF right(bar.right() + 4, bar.top() - 2, width() - bar.right() - 4, 16);
  painter.drawText(right, Qt::AlignLeft | Qt::AlignTop, QString::number(high_, 'f', 2));
  painter.drawText(right.translated(0, bar.height() - 12), Qt::AlignLeft | Qt::AlignBottom,
                   QString::number(low_, 'f', 2));
  painter.drawText(QRectF(area.left(), area.bottom() + 2, area.width(), kHeatBottom - 4),
                   Qt::AlignHCenter | Qt::AlignVCenter, content_.column_title);
  for (int row = 0; row < content_.row_names.size(); ++row) {
    const QRectF cell = rectOf({row, 0});
    painter.drawText(
        QRectF(area.left() - kHeatLeft / 2.0, cell.top(), kHeatLeft / 2.0 - 3, cell.height()),
        Qt::AlignVCenter | Qt::AlignRight, content_.row_names[row]);
  }
  painter.save();
  painter.translate(area.left() - kHeatLeft, area.bottom());
  painter.rotate(-90);
  painter.drawText(QRectF(0, 0, area.height(), kHeatLeft / 2.0), Qt::AlignCenter,
                   content_.row_title);
  painter.restore();
}

void HeatMap::drawValues(QPainter& painter) const {
  const QSizeF room = rectOf({0, 0}).size();
  const QFontMetrics metrics = painter.fontMetrics();
  if (room.height() < metrics.height()) return;
  for (int row = 0; row < content_.rows; ++row) {
    for (int column = 0; column < content_.columns; ++column) {
      const float value =
          content_.values[static_cast<std::size_t>(row * content_.columns + column)];
      const QString text = QString::number(static_cast<double>(value), 'f', 2);
      if (std::isnan(value) || metrics.horizontalAdvance(text) + 4 > room.width()) continue;
      const bool bright = image_.pixelColor(column, row).lightness() > 120;
      painter.setPen(bright ? Qt::black : Qt::white);
      painter.drawText(rectOf({row, column}), Qt::AlignCenter, text);
    }
  }
}

void HeatMap::drawMark(QPainter& painter) const {
  if (!marked_) return;
  QRectF cell = rectOf(*marked_);
  const QRectF area = plot();
  painter.setPen(QPen(QColor(255, 255, 255, 150), 1, Qt::DotLine));
  painter.drawLine(QPointF(area.left(), cell.center().y()),
                   QPointF(area.right(), cell.center().y()));
  painter.drawLine(QPointF(cell.center().x(), area.top()),
                   QPointF(cell.center().x(), area.bottom()));
  if (cell.width() < 7) cell.adjust(cell.width() / 2 - 3.5, 0, 3.5 - cell.width() / 2, 0);
  if (cell.height() < 7) cell.adjust(0, cell.height() / 2 - 3.5, 0, 3.5 - cell.height() / 2);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(QColor(0xd5, 0x5e, 0x00), 2));
  painter.drawRect(cell);
}

void HeatMap::paintEvent(QPaintEvent*) {
  if (image_.isNull()) return;
  QPainter painter(this);
  const QRectF area = plot();
  // Many cells on few pixels are averaged, few cells keep their edges.
  painter.setRenderHint(QPainter::SmoothPixmapTransform, image_.width() > area.width());
  painter.drawImage(area, image_);
  painter.setPen(QPen(QColor(255, 255, 255, content_.borders.size() > 12 ? 45 : 110), 1));
  for (const int border : content_.borders) {
    const QPointF corner = rectOf({border, border}).topLeft();
    painter.drawLine(QPointF(area.left(), corner.y()), QPointF(area.right(), corner.y()));
    painter.drawLine(QPointF(corner.x(), area.top()), QPointF(corner.x(), area.bottom()));
  }
  drawScale(painter);
  if (content_.write_values) drawValues(painter);
  drawMark(painter);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(hasFocus() ? look::accent() : look::line(), 1));
  painter.drawRect(area.adjusted(-0.5, -0.5, 0.5, 0.5));
}

void HeatMap::mousePressEvent(QMouseEvent* event) {
  const std::optional<Cell> cell = cellAt(event->position());
  if (!cell) return;
  setMarked(cell);
  emit cellChosen(cell->first, cell->second);
}

void HeatMap::keyPressEvent(QKeyEvent* event) {
  const int down = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
  const int right = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
  if ((down == 0 && right == 0) || content_.rows == 0) return QWidget::keyPressEvent(event);
  const Cell from = marked_.value_or(Cell{0, 0});
  const Cell to{std::clamp(from.first + down, 0, content_.rows - 1),
                std::clamp(from.second + right, 0, content_.columns - 1)};
  setMarked(to);
  emit cellChosen(to.first, to.second);
}

bool HeatMap::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  const std::optional<Cell> cell = cellAt(help->pos());
  if (!cell || !content_.describe) return QWidget::event(event);
  QToolTip::showText(help->globalPos(), content_.describe(cell->first, cell->second), this);
  return true;
}

}  // namespace warmstart
