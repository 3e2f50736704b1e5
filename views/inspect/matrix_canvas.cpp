#include "views/inspect/matrix_canvas.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <cmath>

#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kBarWidth = 12;
constexpr int kMostLabelWidth = 14 * look::kGrid;
constexpr int kMostRectangles = 1024;  ///< drawn one by one, so that a saved drawing stays sharp
constexpr double kMostCell = 160;      ///< pixels; a small matrix does not fill a wall
constexpr double kMostZoom = 400;

QString numberText(double value) { return QStringLiteral("%L1").arg(value, 0, 'g', 4); }

int widestLabel(const QFontMetrics& metrics, const QStringList& labels, int count) {
  int widest = metrics.horizontalAdvance(QString::number(std::max(0, count - 1)));
  if (!labels.isEmpty()) widest = 0;
  for (const QString& label : labels) {
    widest = std::max(widest, metrics.horizontalAdvance(label));
    if (widest >= kMostLabelWidth) return kMostLabelWidth;
  }
  return widest;
}

bool isDark(QRgb colour) { return qGray(colour) < 140; }

}  // namespace

MatrixCanvas::MatrixCanvas(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setMinimumSize(24 * look::kGrid, 20 * look::kGrid);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setAccessibleName(tr("Matrix"));
  setToolTip(tr("Wheel: zoom. Drag: move. R: show all. Arrows: from cell to cell."));
}

QSize MatrixCanvas::sizeHint() const { return {60 * look::kGrid, 50 * look::kGrid}; }

void MatrixCanvas::setMatrix(MatrixPtr matrix, const ValueScale& scale) {
  const bool same_shape =
      matrix_ && matrix && matrix_->rows == matrix->rows && matrix_->columns == matrix->columns;
  matrix_ = std::move(matrix), scale_ = scale;
  if (!same_shape) {
    selected_.reset(), under_pointer_.reset();
    zoom_ = 1, origin_ = {};
  }
  layOut();
}

void MatrixCanvas::setNumbersShown(bool shown) {
  numbers_ = shown;
  update();
}

void MatrixCanvas::setSelected(std::optional<Cell> cell) {
  selected_ = cell;
  update();
}

void MatrixCanvas::layOut() {
  if (!matrix_) return update();
  const QFontMetrics metrics = fontMetrics();
  const int line = metrics.height(), gap = look::kGrid / 2;
  const int row_labels = widestLabel(metrics, matrix_->row_labels, matrix_->rows);
  const int column_labels = widestLabel(metrics, matrix_->column_labels, matrix_->columns);
  const int left = rowLabelsLeft() + row_labels + gap;
  const int bar_text = std::max({metrics.horizontalAdvance(numberText(scale_.low)),
                                 metrics.horizontalAdvance(numberText(scale_.high)),
                                 metrics.horizontalAdvance(numberText(scale_.valueAt(0.5)))});
  const int right = 2 * look::kGrid + kBarWidth + gap + bar_text +
                    (matrix_->unit.isEmpty() ? 0 : line + gap) + look::kGrid;
  const int title = matrix_->column_axis.isEmpty() ? 0 : line + gap;
  body_ = rect().adjusted(left, title + line + gap, -right, -gap);
  fit();
  turned_labels_ = column_labels + 2 > cell_.width();
  if (turned_labels_ && column_labels > line) {
    body_.setTop(title + column_labels + gap);
    fit();
  }
  const int across = std::min(body_.width(), static_cast<int>(cell_.width() * matrix_->columns));
  const int down = std::min(body_.height(), static_cast<int>(cell_.height() * matrix_->rows));
  bar_ = QRect(body_.left() + std::max(across, 1) + 2 * look::kGrid, body_.top(), kBarWidth,
               std::clamp(down, std::min(12 * look::kGrid, std::max(body_.height(), 1)),
                          std::max(body_.height(), 1)));
  keepInside();
}

/// The name of the rows stands upright at the left, with room on both sides of it.
int MatrixCanvas::rowLabelsLeft() const {
  return matrix_->row_axis.isEmpty() ? 0 : fontMetrics().height() + look::kGrid;
}

QFont MatrixCanvas::labelFont(double room) const {
  QFont font(this->font());
  const int line = fontMetrics().height();
  // A little smaller, sooner than leaving every second label out.
  if (room < line && room >= 0.6 * line) font.setPointSizeF(font.pointSizeF() * room / line);
  return font;
}

void MatrixCanvas::fit() {
  const double columns = std::max(1, matrix_->columns), rows = std::max(1, matrix_->rows);
  double across = std::min(body_.width() / columns, kMostCell);
  double down = std::min(body_.height() / rows, kMostCell);
  // About as many rows as columns: square cells, as a matrix is read.
  if (rows / columns < 4 && columns / rows < 4) across = down = std::min(across, down);
  cell_ = QSizeF(std::max(across, 1e-3), std::max(down, 1e-3)) * zoom_;
}

void MatrixCanvas::keepInside() {
  const auto inside = [](double origin, double seen, double all) {
    return std::clamp(origin, 0.0, std::max(0.0, all - seen));
  };
  origin_ = {inside(origin_.x(), body_.width() / cell_.width(), matrix_->columns),
             inside(origin_.y(), body_.height() / cell_.height(), matrix_->rows)};
  image_stale_ = true;
  update();
}

void MatrixCanvas::showAll() {
  zoom_ = 1, origin_ = {};
  layOut();
}

void MatrixCanvas::zoomAt(const QPointF& place, double factor) {
  if (!matrix_) return;
  const QPointF inside = place - body_.topLeft();
  const QPointF under(origin_.x() + inside.x() / cell_.width(),
                      origin_.y() + inside.y() / cell_.height());
  zoom_ = std::clamp(zoom_ * factor, 1.0, kMostZoom);
  layOut();
  origin_ = {under.x() - inside.x() / cell_.width(), under.y() - inside.y() / cell_.height()};
  keepInside();
}

QRectF MatrixCanvas::rectOf(const Cell& cell) const {
  return {body_.left() + (cell.column - origin_.x()) * cell_.width(),
          body_.top() + (cell.row - origin_.y()) * cell_.height(), cell_.width(), cell_.height()};
}

std::optional<Cell> MatrixCanvas::cellAt(const QPointF& place) const {
  if (!matrix_ || !QRectF(body_).contains(place)) return {};
  const Cell cell{
      static_cast<int>(std::floor(origin_.y() + (place.y() - body_.top()) / cell_.height())),
      static_cast<int>(std::floor(origin_.x() + (place.x() - body_.left()) / cell_.width()))};
  if (cell.row < 0 || cell.row >= matrix_->rows || cell.column < 0 ||
      cell.column >= matrix_->columns)
    return {};
  return cell;
}

MatrixCanvas::Span MatrixCanvas::seenRows() const {
  return {static_cast<int>(origin_.y()),
          std::min(matrix_->rows - 1,
                   static_cast<int>(origin_.y() + body_.height() / cell_.height() - 1e-6))};
}
MatrixCanvas::Span MatrixCanvas::seenColumns() const {
  return {static_cast<int>(origin_.x()),
          std::min(matrix_->columns - 1,
                   static_cast<int>(origin_.x() + body_.width() / cell_.width() - 1e-6))};
}

void MatrixCanvas::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), look::surface());
  if (!matrix_ || matrix_->rows == 0 || matrix_->columns == 0 || body_.width() < 1 ||
      body_.height() < 1)
    return;
  painter.save();
  painter.setClipRect(body_);
  drawCells(painter);
  if (numbers_) drawNumbers(painter);
  painter.restore();
  drawLabels(painter);
  drawColumnLabels(painter);
  drawBar(painter);
  if (under_pointer_) drawFrame(painter, *under_pointer_, look::faint());
  if (selected_) drawFrame(painter, *selected_, look::accent());
  if (hasFocus()) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(look::accent());
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
  }
}

void MatrixCanvas::drawCells(QPainter& painter) {
  const Span rows = seenRows(), columns = seenColumns();
  if ((rows.last - rows.first + 1) * (columns.last - columns.first + 1) > kMostRectangles) {
    if (image_stale_) refreshImage();
    painter.drawImage(body_.topLeft(), image_);
    return;
  }
  for (int row = rows.first; row <= rows.last; ++row) {
    for (int column = columns.first; column <= columns.last; ++column) {
      // Edges on whole pixels, so that no seam shows between two cells.
      const QRectF place = rectOf({row, column});
      const QRect whole(QPoint(qRound(place.left()), qRound(place.top())),
                        QPoint(qRound(place.right()) - 1, qRound(place.bottom()) - 1));
      painter.fillRect(whole, QColor::fromRgba(scale_.colourOf(matrix_->at(row, column))));
    }
  }
}

void MatrixCanvas::refreshImage() {
  image_stale_ = false;
  const double ratio = devicePixelRatioF();
  const int width = static_cast<int>(body_.width() * ratio);
  const int height = static_cast<int>(body_.height() * ratio);
  image_ = QImage(width, height, QImage::Format_ARGB32_Premultiplied);
  image_.setDevicePixelRatio(ratio);
  image_.fill(Qt::transparent);
  // The cells under a pixel row or column, [from, to).
  const auto cells = [ratio](double origin, double size, int pixels, int all) {
    std::vector<std::pair<int, int>> spans;
    for (int i = 0; i < pixels; ++i) {
      const int from = static_cast<int>(std::floor(origin + i / ratio / size));
      const int to = static_cast<int>(std::ceil(origin + (i + 1) / ratio / size - 1e-9));
      if (from >= all) break;
      spans.emplace_back(from, std::clamp(size < 1 ? to : from + 1, from + 1, all));
    }
    return spans;
  };
  const auto across = cells(origin_.x(), cell_.width(), width, matrix_->columns);
  const auto down = cells(origin_.y(), cell_.height(), height, matrix_->rows);
  for (std::size_t y = 0; y < down.size(); ++y) {
    auto* line = reinterpret_cast<QRgb*>(image_.scanLine(static_cast<int>(y)));
    if (y > 0 && down[y] == down[y - 1]) {
      std::memcpy(line, image_.constScanLine(static_cast<int>(y) - 1),
                  static_cast<std::size_t>(width) * sizeof(QRgb));
      continue;
    }
    for (std::size_t x = 0; x < across.size(); ++x) {
      double strongest = matrix_->at(down[y].first, across[x].first);
      for (int row = down[y].first; row < down[y].second; ++row) {
        for (int column = across[x].first; column < across[x].second; ++column) {
          const double value = matrix_->at(row, column);
          if (std::isnan(strongest) || std::abs(value) > std::abs(strongest)) strongest = value;
        }
      }
      line[x] = scale_.colourOf(strongest);
    }
  }
}

void MatrixCanvas::drawNumbers(QPainter& painter) const {
  if (cell_.height() < fontMetrics().height()) return;
  const Span rows = seenRows(), columns = seenColumns();
  for (int row = rows.first; row <= rows.last; ++row) {
    for (int column = columns.first; column <= columns.last; ++column) {
      const double value = matrix_->at(row, column);
      const QString text = numberText(value);
      if (std::isnan(value) || fontMetrics().horizontalAdvance(text) + 4 > cell_.width()) continue;
      painter.setPen(isDark(scale_.colourOf(value)) ? Qt::white : Qt::black);
      painter.drawText(rectOf({row, column}), Qt::AlignCenter, text);
    }
  }
}

void MatrixCanvas::drawLabels(QPainter& painter) const {
  const int line = fontMetrics().height(), gap = look::kGrid / 2;
  const Span rows = seenRows();
  painter.setFont(labelFont(cell_.height()));
  const int label_line = painter.fontMetrics().height() - 1;
  const int stride = std::max(1, static_cast<int>(std::ceil(label_line / cell_.height() - 0.05)));
  const int left = rowLabelsLeft();
  painter.setPen(palette().color(QPalette::Text));
  for (int row = (rows.first + stride - 1) / stride * stride; row <= rows.last; row += stride) {
    const double centre = rectOf({row, 0}).center().y();
    if (centre < body_.top() || centre > body_.bottom()) continue;
    const QRectF room(left, centre - line / 2.0, body_.left() - left - gap, line);
    painter.drawText(room, Qt::AlignRight | Qt::AlignVCenter,
                     fontMetrics().elidedText(matrix_->rowLabel(row), Qt::ElideRight,
                                              static_cast<int>(room.width()) + 1));
  }
  painter.setFont(font());
  painter.setPen(look::faint());
  if (matrix_->row_axis.isEmpty()) return;
  painter.save();
  painter.translate(gap, body_.top() + bar_.height());
  painter.rotate(-90);
  painter.drawText(QRect(0, 0, bar_.height(), line), Qt::AlignCenter, matrix_->row_axis);
  painter.restore();
}

void MatrixCanvas::drawColumnLabels(QPainter& painter) const {
  const int line = fontMetrics().height(), gap = look::kGrid / 2;
  const Span columns = seenColumns();
  if (turned_labels_) painter.setFont(labelFont(cell_.width()));
  const double needed = turned_labels_ ? painter.fontMetrics().height() - 1 : cell_.width();
  const int stride = std::max(1, static_cast<int>(std::ceil(needed / cell_.width() - 0.05)));
  const int top = matrix_->column_axis.isEmpty() ? 0 : line + gap;
  const int room = body_.top() - top - gap;
  painter.setPen(palette().color(QPalette::Text));
  for (int column = (columns.first + stride - 1) / stride * stride; column <= columns.last;
       column += stride) {
    const double centre = rectOf({0, column}).center().x();
    if (centre < body_.left() || centre > body_.right()) continue;
    const QString label =
        fontMetrics().elidedText(matrix_->columnLabel(column), Qt::ElideRight,
                                 turned_labels_ ? room : static_cast<int>(cell_.width()));
    painter.save();
    painter.translate(centre, body_.top() - gap);
    if (turned_labels_ && fontMetrics().horizontalAdvance(label) > line) {
      painter.rotate(-90);
      painter.drawText(QRectF(0, -line / 2.0, room, line), Qt::AlignLeft | Qt::AlignVCenter, label);
    } else {
      painter.drawText(QRectF(-2 * kMostLabelWidth, -line, 4 * kMostLabelWidth, line),
                       Qt::AlignHCenter | Qt::AlignBottom, label);
    }
    painter.restore();
  }
  painter.setFont(font());
  painter.setPen(look::faint());
  const QRect title(body_.left(), 0, std::max(bar_.left() - body_.left() - look::kGrid, 1), line);
  if (!matrix_->column_axis.isEmpty())
    painter.drawText(title.adjusted(-kMostLabelWidth, 0, kMostLabelWidth, 0), Qt::AlignCenter,
                     matrix_->column_axis);
}

void MatrixCanvas::drawBar(QPainter& painter) const {
  const int line = fontMetrics().height(), gap = look::kGrid / 2;
  const auto& colours = look::colours(scale_.map);
  for (int y = 0; y < bar_.height(); ++y) {
    const double share = 1 - (y + 0.5) / bar_.height();
    painter.fillRect(bar_.left(), bar_.top() + y, bar_.width(), 1,
                     QColor(colours[static_cast<std::size_t>(share * 255)]));
  }
  int widest = 0;
  painter.setPen(palette().color(QPalette::Text));
  for (const double share : {0.0, 0.5, 1.0}) {
    const QString text = numberText(scale_.valueAt(share));
    widest = std::max(widest, fontMetrics().horizontalAdvance(text));
    const double y = std::clamp(bar_.bottom() - share * bar_.height() - line / 2.0,
                                static_cast<double>(bar_.top()) - 2, bar_.bottom() - line + 4.0);
    painter.drawText(QPointF(bar_.right() + 1 + gap, y + fontMetrics().ascent()), text);
  }
  if (matrix_->unit.isEmpty()) return;
  painter.setPen(look::faint());
  painter.save();
  painter.translate(bar_.right() + 2 * gap + widest, bar_.bottom());
  painter.rotate(-90);
  painter.drawText(QRect(0, 0, bar_.height(), line), Qt::AlignCenter,
                   fontMetrics().elidedText(matrix_->unit, Qt::ElideRight, bar_.height()));
  painter.restore();
}

void MatrixCanvas::drawFrame(QPainter& painter, const Cell& cell, const QColor& colour) const {
  const QRectF frame = rectOf(cell).adjusted(-0.5, -0.5, 0.5, 0.5);
  if (!frame.intersects(body_)) return;
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(colour, 2));
  painter.drawRect(frame);
}

void MatrixCanvas::resizeEvent(QResizeEvent*) { layOut(); }

void MatrixCanvas::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) layOut();
}

void MatrixCanvas::mousePressEvent(QMouseEvent* event) {
  pressed_ = event->position(), pressed_origin_ = origin_;
  dragging_ = false;
}

void MatrixCanvas::mouseMoveEvent(QMouseEvent* event) {
  if (!matrix_) return;
  if (event->buttons() != Qt::NoButton) {
    const QPointF moved = event->position() - pressed_;
    dragging_ |= moved.manhattanLength() > 4;
    if (dragging_) {
      origin_ = pressed_origin_ - QPointF(moved.x() / cell_.width(), moved.y() / cell_.height());
      keepInside();
    }
    return;
  }
  const std::optional<Cell> cell = cellAt(event->position());
  if (cell == under_pointer_) return;
  under_pointer_ = cell;
  emit hovered(cell);
  update();
}

void MatrixCanvas::mouseReleaseEvent(QMouseEvent* event) {
  const std::optional<Cell> cell = cellAt(event->position());
  if (dragging_ || !cell || event->button() != Qt::LeftButton) return;
  setSelected(cell);
  emit chosen(*cell);
}

void MatrixCanvas::mouseDoubleClickEvent(QMouseEvent*) { showAll(); }

void MatrixCanvas::wheelEvent(QWheelEvent* event) {
  zoomAt(event->position(), std::pow(1.2, event->angleDelta().y() / 120.0));
  event->accept();
}

void MatrixCanvas::leaveEvent(QEvent*) {
  under_pointer_.reset();
  emit hovered({});
  update();
}

void MatrixCanvas::moveSelection(int rows, int columns) {
  if (!matrix_ || matrix_->rows == 0 || matrix_->columns == 0) return;
  Cell cell = selected_.value_or(Cell{0, 0});
  if (selected_) cell = {cell.row + rows, cell.column + columns};
  cell = {std::clamp(cell.row, 0, matrix_->rows - 1),
          std::clamp(cell.column, 0, matrix_->columns - 1)};
  const QRectF place = rectOf(cell);
  if (place.left() < body_.left() || place.right() > body_.right() + 1)
    origin_.setX(cell.column + 0.5 - body_.width() / cell_.width() / 2);
  if (place.top() < body_.top() || place.bottom() > body_.bottom() + 1)
    origin_.setY(cell.row + 0.5 - body_.height() / cell_.height() / 2);
  keepInside();
  setSelected(cell);
  emit chosen(cell);
}

void MatrixCanvas::keyPressEvent(QKeyEvent* event) {
  switch (event->key()) {
    case Qt::Key_Left:
      return moveSelection(0, -1);
    case Qt::Key_Right:
      return moveSelection(0, 1);
    case Qt::Key_Up:
      return moveSelection(-1, 0);
    case Qt::Key_Down:
      return moveSelection(1, 0);
    case Qt::Key_Plus:
      return zoomAt(body_.center(), 1.5);
    case Qt::Key_Minus:
      return zoomAt(body_.center(), 1 / 1.5);
    case Qt::Key_R:
      return showAll();
    default:
      return QWidget::keyPressEvent(event);
  }
}

}  // namespace warmstart
