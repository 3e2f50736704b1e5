#include "views/tokens/token_flow.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>

#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kRound = 3;

}  // namespace

TokenFlow::TokenFlow(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
}

void TokenFlow::setChips(std::vector<TokenChip> chips) {
  chips_ = std::move(chips);
  if (active_ >= std::ssize(chips_)) active_ = -1;
  pointed_ = -1;
  refit();
}

void TokenFlow::setActive(int token) {
  active_ = token < std::ssize(chips_) ? token : -1;
  update();
}

void TokenFlow::setPointed(int token) {
  pointed_ = token;
  update();
}

QFont TokenFlow::smallFont() const {
  QFont small(font());
  small.setPointSizeF(std::max(6.0, font().pointSizeF() * 0.8));
  return small;
}

int TokenFlow::layOut(int width, std::vector<QRect>& places) const {
  const QFontMetrics metrics = fontMetrics(), small(smallFont());
  const bool two = std::any_of(chips_.begin(), chips_.end(),
                               [](const TokenChip& chip) { return !chip.below.isEmpty(); });
  const int high = metrics.height() + 4 + (two ? small.height() : 0);
  const int step = high + look::kGrid / 2, margin = look::kGrid;
  const int space = metrics.horizontalAdvance(QLatin1Char(' ')) + 1;
  int x = margin, y = look::kGrid / 2;
  places.clear();
  for (std::size_t i = 0; i < chips_.size(); ++i) {
    const TokenChip& chip = chips_[i];
    const bool boxed = chip.framed || chip.mark;
    const bool goes_on = i + 1 < chips_.size() && !chips_[i + 1].apart;
    const int left = boxed || chip.apart ? 4 : 1, right = boxed || (chip.apart && !goes_on) ? 4 : 1;
    const int wide =
        std::max(metrics.horizontalAdvance(chip.text), small.horizontalAdvance(chip.below)) + left +
        right;
    if (chip.apart && x > margin) x += space;
    if (x + wide > width - margin && x > margin) x = margin, y += step;
    places.emplace_back(x, y, wide, high);
    x += wide + 1;
    if (chip.ends_line) x = margin, y += step;
  }
  return y + (x > margin ? step : 0) + look::kGrid / 2;
}

int TokenFlow::heightForWidth(int width) const {
  std::vector<QRect> places;
  return layOut(width, places);
}

void TokenFlow::refit() {
  setMinimumHeight(layOut(width(), places_));
  updateGeometry();
  update();
}

QRect TokenFlow::rectOf(int token) const {
  return token >= 0 && token < std::ssize(places_) ? places_[static_cast<std::size_t>(token)]
                                                   : QRect();
}

void TokenFlow::draw(QPainter& painter, std::size_t token) const {
  const TokenChip& chip = chips_[token];
  const QRect place = places_[token];
  const bool active = static_cast<int>(token) == active_,
             pointed = static_cast<int>(token) == pointed_;
  if (chip.ground.isValid()) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(chip.ground);
    painter.drawRoundedRect(place, kRound, kRound);
  }
  const QColor ink = !chip.ground.isValid()           ? palette().color(QPalette::Text)
                     : qGray(chip.ground.rgb()) < 140 ? QColor(Qt::white)
                                                      : QColor(Qt::black);
  QRect line = place;
  if (!chip.below.isEmpty()) {
    QRect lower = place;
    lower.setTop(place.bottom() - QFontMetrics(smallFont()).height());
    line.setBottom(lower.top());
    painter.setFont(smallFont());
    painter.setPen(ink);
    painter.drawText(lower, Qt::AlignCenter, chip.below);
  }
  QFont font(this->font());
  font.setBold(chip.mark);
  painter.setFont(font);
  painter.setPen(chip.mark && !chip.ground.isValid() ? QPen(look::accent()) : QPen(ink));
  painter.drawText(line, Qt::AlignCenter | Qt::TextDontClip, chip.text);
  painter.setBrush(Qt::NoBrush);
  if (chip.framed && chip.frame.isValid()) {
    painter.setPen(QPen(chip.frame, 2, chip.line));
    painter.drawRoundedRect(place, kRound, kRound);
  } else if (chip.framed || chip.mark) {
    painter.setPen(QPen(palette().color(QPalette::Text), 1, chip.line));
    painter.drawRoundedRect(place, kRound, kRound);
  }
  if (!active && !pointed) return;
  painter.setPen(QPen(active ? look::accent() : palette().color(QPalette::Text), 2));
  painter.drawRoundedRect(place.adjusted(-1, -1, 1, 1), kRound, kRound);
}

void TokenFlow::paintEvent(QPaintEvent* event) {
  QPainter painter(this);
  painter.fillRect(event->rect(), look::surface());
  painter.setRenderHint(QPainter::Antialiasing);
  const QRect seen = event->rect().adjusted(-2, -2, 2, 2);
  for (std::size_t i = 0; i < chips_.size(); ++i) {
    if (places_[i].intersects(seen)) draw(painter, i);
  }
  if (!hasFocus()) return;
  painter.setBrush(Qt::NoBrush);
  painter.setPen(look::accent());
  painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

int TokenFlow::tokenAt(const QPoint& place) const {
  const auto found = std::find_if(places_.begin(), places_.end(),
                                  [&](const QRect& each) { return each.contains(place); });
  return found == places_.end() ? -1 : static_cast<int>(found - places_.begin());
}

void TokenFlow::resizeEvent(QResizeEvent*) { refit(); }

void TokenFlow::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) refit();
}

void TokenFlow::mouseMoveEvent(QMouseEvent* event) {
  const int token = tokenAt(event->pos());
  if (token == pointed_) return;
  setPointed(token);
  emit hovered(token);
}

void TokenFlow::mousePressEvent(QMouseEvent* event) {
  const int token = tokenAt(event->pos());
  if (token < 0) return;
  setActive(token);
  emit chosen(token);
}

void TokenFlow::leaveEvent(QEvent*) {
  setPointed(-1);
  emit hovered(-1);
}

int TokenFlow::neighbour(int by) const {
  return std::clamp(active_ < 0 ? 0 : active_ + by, 0, static_cast<int>(chips_.size()) - 1);
}

/// The token nearest to the active one in the line above (-1) or below (1).
int TokenFlow::inNextLine(int direction) const {
  const QRect from = rectOf(active_);
  int found = active_, line = -1, nearest = 0;
  for (int i = active_ + direction; i >= 0 && i < std::ssize(places_); i += direction) {
    const QRect place = rectOf(i);
    if (place.top() == from.top()) continue;
    if (line >= 0 && place.top() != line) break;
    const int away = std::abs(place.center().x() - from.center().x());
    if (line < 0 || away < nearest) found = i, nearest = away;
    line = place.top();
  }
  return found;
}

void TokenFlow::keyPressEvent(QKeyEvent* event) {
  const int last = static_cast<int>(chips_.size()) - 1;
  int to = active_;
  switch (event->key()) {
    case Qt::Key_Left:
      to = neighbour(-1);
      break;
    case Qt::Key_Right:
      to = neighbour(1);
      break;
    case Qt::Key_Up:
      to = inNextLine(-1);
      break;
    case Qt::Key_Down:
      to = inNextLine(1);
      break;
    case Qt::Key_Home:
      to = 0;
      break;
    case Qt::Key_End:
      to = last;
      break;
    default:
      return QWidget::keyPressEvent(event);
  }
  if (last < 0) return;
  setActive(std::max(0, to));
  emit chosen(active_);
}

}  // namespace warmstart
