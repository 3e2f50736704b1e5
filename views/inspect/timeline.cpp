#include "views/inspect/timeline.h"

#include <QMouseEvent>
#include <QPainter>
#include <cmath>

#include "views/look/theme.h"

namespace warmstart {

Timeline::Timeline(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setMinimumHeight(6 * look::kGrid);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setAccessibleName(tr("Training steps with captures"));
  setToolTip(tr("Left, Right: capture before, after. Home, End: first, newest."));
  setStepsPerSecond(4);
  connect(&play_, &QTimer::timeout, this, [this] {
    const bool last = current_ + 1 >= static_cast<int>(steps_.size());
    if (last && !looping_) return setPlaying(false);
    choose(last ? 0 : current_ + 1);
  });
}

QSize Timeline::sizeHint() const { return {40 * look::kGrid, 6 * look::kGrid}; }

void Timeline::setContent(std::vector<qint64> steps, std::vector<StageBand> bands) {
  steps_ = std::move(steps), bands_ = std::move(bands);
  current_ = std::min(current_, static_cast<int>(steps_.size()) - 1);
  update();
}

void Timeline::setCurrent(int index) {
  current_ = index;
  update();
}

void Timeline::setPlaying(bool playing) {
  if (playing == play_.isActive() || (playing && steps_.empty())) return;
  if (playing && current_ + 1 >= static_cast<int>(steps_.size())) choose(0);
  playing ? play_.start() : play_.stop();
  emit playingChanged(playing);
}

qint64 Timeline::lastStep() const {
  const qint64 end = bands_.empty() ? 0 : bands_.back().end;
  return std::max<qint64>({1, end, steps_.empty() ? 0 : steps_.back()});
}

double Timeline::placeOfStep(qint64 step) const {
  const double room = width() - 2.0 * look::kGrid;
  return look::kGrid + room * static_cast<double>(step) / static_cast<double>(lastStep());
}

QPointF Timeline::placeOf(int index) const {
  return {placeOfStep(steps_.at(static_cast<std::size_t>(index))), height() - 1.5 * look::kGrid};
}

void Timeline::drawBands(QPainter& painter) const {
  for (std::size_t i = 0; i < bands_.size(); ++i) {
    const double begin = placeOfStep(bands_[i].begin), end = placeOfStep(bands_[i].end);
    const QRectF band(begin, look::kGrid / 2.0, end - begin - 1, 2.5 * look::kGrid);
    QColor colour = look::category(static_cast<int>(i));
    painter.fillRect(QRectF(band.left(), band.bottom() - 2, band.width(), 2), colour);
    colour.setAlpha(36);
    painter.fillRect(band, colour);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(band.adjusted(look::kGrid / 2.0, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(bands_[i].name, Qt::ElideRight,
                                                      static_cast<int>(band.width()) - 8));
  }
}

void Timeline::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  drawBands(painter);
  const double y = height() - 1.5 * look::kGrid;
  painter.setPen(QPen(look::line(), 1));
  painter.drawLine(QPointF(look::kGrid, y), QPointF(width() - look::kGrid, y));
  painter.setPen(QPen(look::faint(), 1.5));
  for (int i = 0; i < static_cast<int>(steps_.size()); ++i)
    painter.drawLine(placeOf(i) - QPointF(0, 5), placeOf(i) + QPointF(0, 5));
  if (current_ >= 0) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(look::accent());
    painter.drawEllipse(placeOf(current_), 6, 6);
  }
  if (hasFocus()) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(look::accent(), 1));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
  }
}

void Timeline::choose(int index) {
  index = std::clamp(index, 0, static_cast<int>(steps_.size()) - 1);
  if (steps_.empty() || index == current_) return;
  setCurrent(index);
  emit chosen(index);
}

void Timeline::chooseNearest(double x) {
  int nearest = -1;
  for (int i = 0; i < static_cast<int>(steps_.size()); ++i) {
    if (nearest < 0 || std::abs(placeOf(i).x() - x) < std::abs(placeOf(nearest).x() - x))
      nearest = i;
  }
  if (nearest >= 0) choose(nearest);
}

void Timeline::mousePressEvent(QMouseEvent* event) { chooseNearest(event->position().x()); }
void Timeline::mouseMoveEvent(QMouseEvent* event) { chooseNearest(event->position().x()); }

void Timeline::keyPressEvent(QKeyEvent* event) {
  switch (event->key()) {
    case Qt::Key_Left:
      return choose(current_ - 1);
    case Qt::Key_Right:
      return choose(current_ + 1);
    case Qt::Key_Home:
      return choose(0);
    case Qt::Key_End:
      return choose(static_cast<int>(steps_.size()) - 1);
    default:
      return QWidget::keyPressEvent(event);
  }
}

}  // namespace warmstart
