#include "views/tokens/loss_strip.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kScaleWidth = 10;

QString tickText(double value) { return QStringLiteral("%L1").arg(value, 0, 'f', 1); }

}  // namespace

LossStrip::LossStrip(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setAccessibleName(tr("Loss at each place"));
  setFixedHeight(sizeHint().height());
}

QSize LossStrip::sizeHint() const { return {60 * look::kGrid, 15 * look::kGrid}; }

void LossStrip::setValues(std::vector<double> values, const ValueScale& scale,
                          const QString& title) {
  values_ = std::move(values), scale_ = scale, title_ = title;
  if (active_ >= std::ssize(values_)) active_ = -1;
  pointed_ = -1;
  update();
}

void LossStrip::setActive(int place) {
  active_ = place;
  update();
}

void LossStrip::setPointed(int place) {
  pointed_ = place;
  update();
}

QRect LossStrip::body() const {
  const int line = fontMetrics().height(), gap = look::kGrid / 2;
  const int ticks = std::max(fontMetrics().horizontalAdvance(tickText(scale_.low)),
                             fontMetrics().horizontalAdvance(tickText(scale_.high)));
  return rect().adjusted(line + 3 * gap + ticks + kScaleWidth + 2, line / 2 + 2, -2 * gap,
                         -2 * line - gap);
}

QRect LossStrip::scaleBar() const {
  const QRect inside = body();
  return {inside.left() - kScaleWidth - 2, inside.top(), kScaleWidth, inside.height()};
}

double LossStrip::heightOf(double value) const {
  const QRect inside = body();
  const double share = std::clamp((value - scale_.low) / (scale_.high - scale_.low), 0.0, 1.0);
  return inside.bottom() + 1 - share * inside.height();
}

QRectF LossStrip::rectOf(int place) const {
  if (place < 0 || place >= std::ssize(values_)) return {};
  const double value = values_[static_cast<std::size_t>(place)];
  if (std::isnan(value)) return {};
  const QRect inside = body();
  const double wide = inside.width() / std::max(1.0, static_cast<double>(values_.size()));
  const double zero = heightOf(0), top = heightOf(value);
  return QRectF(
      QPointF(inside.left() + place * wide, std::min(zero, top)),
      QSizeF(std::max(1.0, wide - (wide > 4 ? 1 : 0)), std::max(1.0, std::abs(zero - top))));
}

int LossStrip::placeAt(const QPointF& point) const {
  const QRect inside = body();
  if (values_.empty() || point.x() < inside.left() || point.x() > inside.right()) return -1;
  const double share = (point.x() - inside.left()) / inside.width();
  return std::min(static_cast<int>(share * static_cast<double>(values_.size())),
                  static_cast<int>(values_.size()) - 1);
}

void LossStrip::drawAxes(QPainter& painter) const {
  const QRect inside = body(), bar = scaleBar();
  const int line = fontMetrics().height(), gap = look::kGrid / 2;
  for (int y = 0; y < bar.height(); ++y) {
    const double share = 1 - (y + 0.5) / bar.height();
    painter.fillRect(bar.left(), bar.top() + y, bar.width(), 1,
                     QColor::fromRgba(scale_.colourOf(scale_.valueAt(share))));
  }
  painter.setPen(look::line());
  for (const double share : {0.0, 0.5, 1.0}) {
    const double value = scale_.valueAt(share);
    const int y = qRound(heightOf(value));
    painter.setPen(look::line());
    painter.drawLine(inside.left(), y, inside.right(), y);
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(QRect(line + gap, y - line / 2, bar.left() - line - 2 * gap, line),
                     Qt::AlignRight | Qt::AlignVCenter, tickText(value));
  }
  painter.setPen(palette().color(QPalette::Text));
  painter.save();
  painter.translate(gap / 2, height() - gap);
  painter.rotate(-90);
  painter.drawText(QRect(0, 0, height() - gap, line), Qt::AlignCenter, title_);
  painter.restore();
  const double wide = inside.width() / std::max(1.0, static_cast<double>(values_.size()));
  int stride = 1;  // 1, 2, 5, 10, 20, 50, ...
  for (int i = 1; stride * wide < 8 * look::kGrid; ++i)
    stride = i % 3 == 2 ? stride / 2 * 5 : stride * 2;
  painter.setPen(look::faint());
  for (int place = 0; place < std::ssize(values_); place += stride) {
    const int x = qRound(inside.left() + (place + 0.5) * wide);
    painter.drawText(QRect(x - 40, inside.bottom() + 2, 80, line), Qt::AlignHCenter,
                     QString::number(place));
  }
  painter.drawText(QRect(inside.left(), inside.bottom() + 2 + line, inside.width(), line),
                   Qt::AlignHCenter, tr("place in the text"));
}

void LossStrip::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), look::surface());
  if (values_.empty() || !(scale_.high > scale_.low)) return;
  drawAxes(painter);
  for (int place = 0; place < std::ssize(values_); ++place) {
    const QRectF bar = rectOf(place);
    if (bar.isEmpty()) continue;
    painter.fillRect(bar,
                     QColor::fromRgba(scale_.colourOf(values_[static_cast<std::size_t>(place)])));
  }
  for (const int place : {pointed_, active_}) {
    const QRectF bar = rectOf(place);
    if (bar.isEmpty()) continue;
    const QColor colour = place == active_ ? look::accent() : palette().color(QPalette::Text);
    painter.setPen(QPen(colour, 2));
    painter.drawRect(bar.adjusted(-1, -1, 1, 0));
  }
  if (!hasFocus()) return;
  painter.setPen(look::accent());
  painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

void LossStrip::mouseMoveEvent(QMouseEvent* event) {
  const int place = placeAt(event->position());
  if (place == pointed_) return;
  setPointed(place);
  emit hovered(place);
}

void LossStrip::mousePressEvent(QMouseEvent* event) {
  const int place = placeAt(event->position());
  if (place >= 0) emit chosen(place);
}

void LossStrip::leaveEvent(QEvent*) {
  setPointed(-1);
  emit hovered(-1);
}

void LossStrip::keyPressEvent(QKeyEvent* event) {
  const int last = static_cast<int>(values_.size()) - 1;
  const int by = event->key() == Qt::Key_Left ? -1 : event->key() == Qt::Key_Right ? 1 : 0;
  const int to = event->key() == Qt::Key_Home  ? 0
                 : event->key() == Qt::Key_End ? last
                                               : std::clamp(active_ + by, 0, std::max(0, last));
  if (by == 0 && event->key() != Qt::Key_Home && event->key() != Qt::Key_End)
    return QWidget::keyPressEvent(event);
  if (last >= 0) emit chosen(to);
}

}  // namespace warmstart
