#include "views/inspect/token_arcs.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kMostArcs = 12;
constexpr double kLeastShare = 0.02;  ///< of the strongest; weaker ones have no arc and no number

QFont smallFont(const QFont& font) {
  QFont small(font);
  small.setPointSizeF(std::max(6.0, font.pointSizeF() * 0.8));
  return small;
}

}  // namespace

TokenArcs::TokenArcs(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setAccessibleName(tr("Tokens and their attention"));
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
}

void TokenArcs::setWeights(MatrixPtr weights, bool self) {
  weights_ = std::move(weights), self_ = self;
  setActive(active_);
  refit();
}

void TokenArcs::setSide(Side side) {
  side_ = side, hovered_ = -1;
  setActive(active_);
}

void TokenArcs::setActive(int token) {
  const int count = !weights_ ? 0 : side_ == Side::kOutgoing ? weights_->rows : weights_->columns;
  active_ = std::clamp(token, 0, std::max(0, count - 1));
  update();
}

int TokenArcs::flow(int width, int top, int count, bool query, std::vector<QRect>& places) const {
  const int line = fontMetrics().height(), step = 3 * line + line / 2, margin = look::kGrid;
  // So wide that the weights below two neighbours do not touch.
  const int least = QFontMetrics(smallFont(font())).horizontalAdvance(QStringLiteral("0.00")) + 2;
  int x = margin, y = top + 2 * line;  // the arcs of the first line rise there
  places.clear();
  for (int token = 0; token < count; ++token) {
    const QString text = query ? weights_->rowLabel(token) : weights_->columnLabel(token);
    const int needed = std::max(fontMetrics().horizontalAdvance(text) + 8, least);
    if (x + needed > width - margin && x > margin) x = margin, y += step;
    places.emplace_back(x, y, needed, line + 4);
    x += needed + 2;
  }
  return y + step;
}

int TokenArcs::layOut(int width, std::vector<QRect>& queries, std::vector<QRect>& keys) const {
  if (!weights_) return 0;
  int top = look::kGrid;
  if (!self_) top = flow(width, top, weights_->rows, true, queries) + look::kGrid;
  const int bottom = flow(width, top, weights_->columns, false, keys);
  if (self_) queries = keys;
  return bottom;
}

int TokenArcs::heightForWidth(int width) const {
  std::vector<QRect> queries, keys;
  return layOut(width, queries, keys);
}

void TokenArcs::refit() {
  setMinimumHeight(layOut(width(), queries_, keys_));
  updateGeometry();
  update();
}

QRect TokenArcs::rectOf(int token, bool query) const {
  const auto& places = query ? queries_ : keys_;
  return token >= 0 && token < std::ssize(places) ? places[static_cast<std::size_t>(token)]
                                                  : QRect();
}

std::vector<TokenArcs::Other> TokenArcs::others(int token) const {
  std::vector<Other> others;
  const bool outgoing = side_ == Side::kOutgoing;
  for (int i = 0; i < (outgoing ? weights_->columns : weights_->rows); ++i)
    others.push_back({i, outgoing ? weights_->at(token, i) : weights_->at(i, token)});
  return others;
}

void TokenArcs::drawToken(QPainter& painter, const QRect& place, const QString& text, double share,
                          bool frame) const {
  QColor ground = side_ == Side::kOutgoing ? look::accent() : look::warning();
  ground.setAlphaF(static_cast<float>(std::clamp(std::abs(share), 0.0, 1.0) * 0.75));
  painter.setPen(frame ? QPen(look::accent(), 2) : QPen(Qt::NoPen));
  painter.setBrush(ground);
  painter.drawRoundedRect(place, 3, 3);
  painter.setPen(palette().color(QPalette::Text));
  painter.drawText(place, Qt::AlignCenter, text);
}

void TokenArcs::drawArc(QPainter& painter, const QRect& from, const QRect& to, double share) const {
  QColor colour = side_ == Side::kOutgoing ? look::accent() : look::warning();
  colour.setAlphaF(static_cast<float>(0.25 + 0.7 * share));
  painter.setPen(QPen(colour, 1 + 3 * share, Qt::SolidLine, Qt::RoundCap));
  painter.setBrush(Qt::NoBrush);
  const QPointF begin(from.center().x(), from.top()), end(to.center().x(), to.top());
  // Higher for tokens that are farther apart, within the room above a line.
  const double rise = 6 + std::min(2.2 * fontMetrics().height(), std::abs(end.x() - begin.x()) / 8);
  QPainterPath path(begin);
  path.cubicTo(begin - QPointF(0, rise), end - QPointF(0, rise), end);
  painter.drawPath(path);
}

void TokenArcs::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), look::surface());
  if (!weights_ || weights_->rows == 0) return;
  painter.setRenderHint(QPainter::Antialiasing);
  const bool outgoing = side_ == Side::kOutgoing;
  const int token = shownToken();
  const std::vector<Other> all = others(token);
  double most = 0;
  for (const Other& other : all) most = std::max(most, std::abs(other.weight));
  const auto share = [most](double weight) { return most > 0 ? std::abs(weight) / most : 0; };
  for (const Other& other : all)
    drawToken(painter, rectOf(other.token, !outgoing),
              outgoing ? weights_->columnLabel(other.token) : weights_->rowLabel(other.token),
              share(other.weight), self_ && other.token == token);
  for (int i = 0; !self_ && i < (outgoing ? weights_->rows : weights_->columns); ++i)
    drawToken(painter, rectOf(i, outgoing),
              outgoing ? weights_->rowLabel(i) : weights_->columnLabel(i), 0, i == token);
  std::vector<Other> strongest = all;
  std::sort(strongest.begin(), strongest.end(),
            [](const Other& a, const Other& b) { return std::abs(a.weight) > std::abs(b.weight); });
  if (strongest.size() > kMostArcs) strongest.resize(kMostArcs);
  painter.setFont(smallFont(font()));
  for (const Other& other : strongest) {
    if (share(other.weight) < kLeastShare) continue;
    const QRect place = rectOf(other.token, !outgoing);
    drawArc(painter, rectOf(token, outgoing), place, share(other.weight));
    painter.setPen(look::faint());
    painter.drawText(QRect(place.center().x() - 40, place.bottom() + 1, 80, fontMetrics().height()),
                     Qt::AlignHCenter | Qt::AlignTop,
                     QStringLiteral("%L1").arg(other.weight, 0, 'f', 2));
  }
}

int TokenArcs::tokenAt(const QPoint& place) const {
  const auto& places = side_ == Side::kOutgoing ? queries_ : keys_;
  for (int i = 0; i < std::ssize(places); ++i) {
    if (places[static_cast<std::size_t>(i)].contains(place)) return i;
  }
  return -1;
}

void TokenArcs::resizeEvent(QResizeEvent*) { refit(); }

void TokenArcs::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) refit();
}

void TokenArcs::mouseMoveEvent(QMouseEvent* event) {
  const int token = tokenAt(event->pos());
  if (token == hovered_) return;
  hovered_ = token;
  emit hovered(shownToken());
  update();
}

void TokenArcs::mousePressEvent(QMouseEvent* event) {
  const int token = tokenAt(event->pos());
  if (token < 0) return;
  setActive(token);
  emit chosen(token);
}

void TokenArcs::leaveEvent(QEvent*) {
  hovered_ = -1;
  emit hovered(active_);
  update();
}

void TokenArcs::keyPressEvent(QKeyEvent* event) {
  const int by = event->key() == Qt::Key_Left ? -1 : event->key() == Qt::Key_Right ? 1 : 0;
  if (by == 0) return QWidget::keyPressEvent(event);
  setActive(active_ + by);
  emit chosen(active_);
}

}  // namespace warmstart
