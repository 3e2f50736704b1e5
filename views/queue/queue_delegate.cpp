#include "views/queue/queue_delegate.h"

#include <QApplication>
#include <QPainter>

#include "views/look/theme.h"
#include "views/queue/queue_model.h"

namespace warmstart {
namespace {

/// A number's right edge keeps this far from the next column, whose text begins at its left edge.
constexpr int kNumberMargin = look::kGrid;

bool isNumber(const QModelIndex& index) {
  return (index.data(Qt::TextAlignmentRole).toInt() & static_cast<int>(Qt::AlignRight)) != 0;
}

}  // namespace

QSize QueueDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QSize size = QStyledItemDelegate::sizeHint(option, index);
  size.setHeight(std::max(size.height(), option.fontMetrics.height() + look::kGrid));
  if (isNumber(index)) size.rwidth() += kNumberMargin;
  return size;
}

void QueueDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const {
  if (!index.parent().isValid()) {
    paintLane(painter, option, index);
    return;
  }
  const double share = index.data(QueueModel::kShareRole).toDouble();
  const bool bar = index.column() == QueueModel::kProgress && share >= 0;
  if (!bar && !isNumber(index)) {
    QStyledItemDelegate::paint(painter, option, index);
    return;
  }
  QStyleOptionViewItem ground(option);
  initStyleOption(&ground, index);
  ground.text.clear();
  const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
  style->drawControl(QStyle::CE_ItemViewItem, &ground, painter, option.widget);
  if (bar) paintBar(painter, option, share);
  const bool selected = option.state.testFlag(QStyle::State_Selected);
  painter->setPen(option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text));
  const QString text = index.data(Qt::DisplayRole).toString();
  if (bar) {
    painter->drawText(option.rect.adjusted(4, 0, -4, -4), Qt::AlignCenter, text);
    return;
  }
  const QRect room = option.rect.adjusted(4, 0, -kNumberMargin, 0);
  painter->drawText(room, Qt::AlignRight | Qt::AlignVCenter,
                    option.fontMetrics.elidedText(text, Qt::ElideRight, room.width()));
}

void QueueDelegate::paintBar(QPainter* painter, const QStyleOptionViewItem& option,
                             double share) const {
  constexpr int kHeight = 3;
  const QRectF track(option.rect.left() + 4, option.rect.bottom() - kHeight - 2,
                     option.rect.width() - 8, kHeight);
  const bool selected = option.state.testFlag(QStyle::State_Selected);
  const QColor ink = selected ? option.palette.color(QPalette::HighlightedText) : look::accent();
  QColor faint = selected ? ink : look::line();
  if (selected) faint.setAlphaF(0.35F);
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setPen(Qt::NoPen);
  painter->setBrush(faint);
  painter->drawRoundedRect(track, kHeight / 2.0, kHeight / 2.0);
  painter->setBrush(ink);
  painter->drawRoundedRect(QRectF(track.topLeft(), QSizeF(track.width() * share, kHeight)),
                           kHeight / 2.0, kHeight / 2.0);
  painter->restore();
}

void QueueDelegate::paintLane(QPainter* painter, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const {
  painter->save();
  painter->fillRect(option.rect, option.palette.color(QPalette::AlternateBase));
  if (option.state.testFlag(QStyle::State_HasFocus)) {
    painter->setPen(look::accent());
    painter->drawRect(option.rect.adjusted(0, 0, -1, -1));
  }
  const QRect area = option.rect.adjusted(4, 0, -8, 0);
  QFont bold(option.font);
  bold.setWeight(QFont::DemiBold);
  painter->setFont(bold);
  painter->setPen(option.palette.color(QPalette::Text));
  const QString title = index.data(Qt::DisplayRole).toString();
  painter->drawText(area, Qt::AlignLeft | Qt::AlignVCenter, title);
  const int width = QFontMetrics(bold).horizontalAdvance(title) + 2 * look::kGrid;
  painter->setFont(option.font);
  painter->setPen(look::faint());
  const QRect rest = area.adjusted(width, 0, 0, 0);
  painter->drawText(rest, Qt::AlignLeft | Qt::AlignVCenter,
                    option.fontMetrics.elidedText(index.data(Qt::UserRole).toString(),
                                                  Qt::ElideRight, rest.width()));
  painter->restore();
}

}  // namespace warmstart
