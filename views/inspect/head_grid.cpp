#include "views/inspect/head_grid.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kMostEdge = 88, kLeastEdge = 10, kGap = 3;

}  // namespace

HeadGrid::HeadGrid(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Heads of each layer"));
  setMinimumWidth(16 * look::kGrid);
}

QSize HeadGrid::sizeHint() const { return {26 * look::kGrid, 30 * look::kGrid}; }

void HeadGrid::setThumbnails(std::vector<std::vector<QImage>> thumbnails, QStringList layers) {
  thumbnails_ = std::move(thumbnails), layers_ = std::move(layers);
  update();
}

void HeadGrid::setChosen(int layer, int head) {
  layer_ = layer, head_ = head;
  update();
}

int HeadGrid::heads() const {
  std::size_t most = 1;
  for (const auto& layer : thumbnails_) most = std::max(most, layer.size());
  return static_cast<int>(most);
}

int HeadGrid::edge() const {
  const int line = fontMetrics().height(), layers = std::max<int>(1, layers_.size());
  const int across = (width() - fontMetrics().horizontalAdvance(QStringLiteral("000"))) / heads();
  const int down = (height() - line) / layers;
  return std::clamp(std::min(across, down) - kGap, kLeastEdge, kMostEdge);
}

QRect HeadGrid::rectOf(int layer, int head) const {
  const int left = fontMetrics().horizontalAdvance(QStringLiteral("000"));
  return {left + head * (edge() + kGap), fontMetrics().height() + layer * (edge() + kGap), edge(),
          edge()};
}

std::pair<int, int> HeadGrid::headAt(const QPoint& place) const {
  for (int layer = 0; layer < std::ssize(thumbnails_); ++layer) {
    for (int head = 0; head < std::ssize(thumbnails_[static_cast<std::size_t>(layer)]); ++head) {
      if (rectOf(layer, head).adjusted(0, 0, kGap, kGap).contains(place)) return {layer, head};
    }
  }
  return {-1, -1};
}

void HeadGrid::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  const int line = fontMetrics().height();
  const bool room = edge() >= fontMetrics().horizontalAdvance(QStringLiteral("00"));
  painter.setPen(look::faint());
  for (int head = 0; head < heads() && room; ++head) {
    const QRect place = rectOf(0, head);
    painter.drawText(QRect(place.left(), 0, place.width(), line), Qt::AlignCenter,
                     QString::number(head));
  }
  for (int layer = 0; layer < std::ssize(thumbnails_); ++layer) {
    const QRect first = rectOf(layer, 0);
    painter.setPen(look::faint());
    painter.drawText(QRect(0, first.top(), first.left() - 4, first.height()),
                     Qt::AlignRight | Qt::AlignVCenter, QString::number(layer));
    const auto& row = thumbnails_[static_cast<std::size_t>(layer)];
    for (int head = 0; head < std::ssize(row); ++head) {
      const QRect place = rectOf(layer, head);
      painter.drawImage(place, row[static_cast<std::size_t>(head)]);
      const bool marked = (layer_ < 0 || layer == layer_) && (head_ < 0 || head == head_);
      if (!marked) continue;
      painter.setPen(QPen(look::accent(), 2));
      painter.setBrush(Qt::NoBrush);
      painter.drawRect(place.adjusted(0, 0, -1, -1));
    }
  }
  if (!hasFocus()) return;
  painter.setPen(look::accent());
  painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

void HeadGrid::mousePressEvent(QMouseEvent* event) {
  const auto [layer, head] = headAt(event->pos());
  if (layer >= 0) emit chosen(layer, head);
}

bool HeadGrid::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    auto* help = static_cast<QHelpEvent*>(event);
    const auto [layer, head] = headAt(help->pos());
    QToolTip::showText(help->globalPos(),
                       layer < 0 ? tr("A row a layer, a column a head. Arrows: from head to head.")
                                 : tr("%1, head %2").arg(layers_.value(layer)).arg(head),
                       this);
    return true;
  }
  return QWidget::event(event);
}

void HeadGrid::keyPressEvent(QKeyEvent* event) {
  const auto go = [this](int layers, int of_heads) {
    if (thumbnails_.empty()) return;
    const int layer =
        std::clamp(std::max(layer_, 0) + layers, 0, static_cast<int>(thumbnails_.size()) - 1);
    const auto count = static_cast<int>(thumbnails_[static_cast<std::size_t>(layer)].size());
    emit chosen(layer, std::clamp(std::max(head_, 0) + of_heads, 0, count - 1));
  };
  switch (event->key()) {
    case Qt::Key_Left:
      return go(0, -1);
    case Qt::Key_Right:
      return go(0, 1);
    case Qt::Key_Up:
      return go(-1, 0);
    case Qt::Key_Down:
      return go(1, 0);
    default:
      return QWidget::keyPressEvent(event);
  }
}

}  // namespace warmstart
