#include "views/gallery/gallery_delegate.h"

#include <QPainter>
#include <QPainterPath>
#include <QTextLayout>

#include "views/gallery/gallery_model.h"
#include "views/look/icons.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kPictureHeight = 11 * look::kGrid;
constexpr int kMostArms = 4;

const RecipeCard* cardOf(const QModelIndex& index, const Standing** standing) {
  const auto* filter = qobject_cast<const QSortFilterProxyModel*>(index.model());
  const QModelIndex source = filter ? filter->mapToSource(index) : index;
  const auto* model = qobject_cast<const GalleryModel*>(source.model());
  if (!model) return nullptr;
  *standing = &model->standing(source.row());
  return &model->card(source.row());
}

QColor standingColour(ClaimStanding standing) {
  switch (standing) {
    case ClaimStanding::kHolds:
      return look::good();
    case ClaimStanding::kNotShown:
      return look::warning();
    case ClaimStanding::kFails:
      return look::bad();
    default:
      return look::faint();
  }
}

/// The standing has a shape of its own beside its colour: ring, dot, tick, bar, cross.
void drawStandingMark(QPainter& painter, const QRectF& place, ClaimStanding standing) {
  const QColor colour = standingColour(standing);
  painter.setPen(QPen(colour, 1.75, Qt::SolidLine, Qt::RoundCap));
  painter.setBrush(Qt::NoBrush);
  const QPointF c = place.center();
  const double r = place.width() / 2 - 1;
  if (standing == ClaimStanding::kNeverRun) {
    painter.drawEllipse(c, r * 0.8, r * 0.8);
  } else if (standing == ClaimStanding::kRun) {
    painter.setBrush(colour);
    painter.drawEllipse(c, r * 0.5, r * 0.5);
  } else if (standing == ClaimStanding::kHolds) {
    painter.drawPolyline(
        QPolygonF({c + QPointF(-r, 0), c + QPointF(-r * 0.2, r * 0.7), c + QPointF(r, -r * 0.8)}));
  } else if (standing == ClaimStanding::kNotShown) {
    painter.drawLine(c - QPointF(r, 0), c + QPointF(r, 0));
  } else {
    painter.drawLine(c + QPointF(-r, -r) * 0.7, c + QPointF(r, r) * 0.7);
    painter.drawLine(c + QPointF(-r, r) * 0.7, c + QPointF(r, -r) * 0.7);
  }
}

/// Up to `lines` lines, the last elided. Returns the height that was used.
int drawLines(QPainter& painter, const QRect& place, const QString& text, int lines) {
  QTextLayout layout(text, painter.font());
  layout.beginLayout();
  const QFontMetrics metrics(painter.font());
  int y = 0;
  for (int i = 0; i < lines; ++i) {
    QTextLine line = layout.createLine();
    if (!line.isValid()) break;
    line.setLineWidth(place.width());
    const QPoint at(place.left(), place.top() + y + metrics.ascent());
    const bool cut = i + 1 == lines && line.textStart() + line.textLength() < text.size();
    const QString shown =
        cut ? metrics.elidedText(text.mid(line.textStart()), Qt::ElideRight, place.width())
            : text.mid(line.textStart(), line.textLength());
    painter.drawText(at, shown);
    y += metrics.lineSpacing();
  }
  layout.endLayout();
  return y;
}

void drawBlock(QPainter& painter, const QRectF& block, const QColor& colour, const QString& text,
               const QPalette& palette) {
  QColor fill = colour;
  fill.setAlphaF(look::dark() ? 0.34F : 0.2F);
  painter.setPen(QPen(colour, 1));
  painter.setBrush(fill);
  painter.drawRoundedRect(block, 3, 3);
  painter.setPen(palette.color(QPalette::Text));
  const QFontMetricsF metrics(painter.font());
  const QRectF inner = block.adjusted(4, 0, -4, 0);
  painter.drawText(inner, Qt::AlignCenter, metrics.elidedText(text, Qt::ElideRight, inner.width()));
}

}  // namespace

void drawChainPicture(QPainter& painter, const QRectF& place, const RecipeCard& card,
                      const QPalette& palette) {
  QFont font = painter.font();
  font.setPointSizeF(font.pointSizeF() * 0.8);
  painter.setFont(font);
  const int rows = std::min<int>(kMostArms, static_cast<int>(card.arms.size()));
  int columns = 1;
  for (const auto& arm : card.arms)
    columns = std::max(columns, static_cast<int>(arm.second.size()));
  const double gap = 12, height = std::min(18.0, (place.height() - 4 * (rows - 1)) / rows);
  const double width = (place.width() - gap * (columns - 1)) / columns;
  double y = place.top() + (place.height() - rows * height - 4 * (rows - 1)) / 2;
  for (int row = 0; row < rows; ++row, y += height + 4) {
    const QStringList& stages = card.arms[static_cast<std::size_t>(row)].second;
    // Chains end together: what comes before the last stage is what the arms differ in.
    for (int i = 0; i < stages.size(); ++i) {
      const int column = columns - static_cast<int>(stages.size()) + i;
      const QRectF block(place.left() + column * (width + gap), y, width, height);
      drawBlock(painter, block, look::category(static_cast<int>(card.stages.indexOf(stages[i]))),
                stages[i], palette);
      if (i == 0) continue;
      painter.setPen(QPen(look::faint(), 1.2));
      const QPointF tip(block.left() - 2, block.center().y());
      painter.drawLine(tip - QPointF(gap - 4, 0), tip);
      painter.drawLine(tip, tip - QPointF(3.5, 3));
      painter.drawLine(tip, tip - QPointF(3.5, -3));
    }
  }
}

QSize GalleryDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
  const int line = QFontMetrics(option.font).lineSpacing();
  return {width_, kPictureHeight + 5 * line + 5 * look::kGrid};
}

void GalleryDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const {
  const Standing* standing = nullptr;
  const RecipeCard* card = cardOf(index, &standing);
  if (!card) return;
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  const bool selected = option.state.testFlag(QStyle::State_Selected);
  const bool hovered = option.state.testFlag(QStyle::State_MouseOver);
  const QRectF frame = QRectF(option.rect).adjusted(4, 4, -4, -4);
  painter->setBrush(look::surface());
  painter->setPen(selected  ? QPen(look::accent(), 2)
                  : hovered ? QPen(look::faint(), 1)
                            : QPen(look::line(), 1));
  painter->drawRoundedRect(frame, 5, 5);
  const QRect inner = frame.toRect().adjusted(12, 8, -12, -8);
  const QRect picture(inner.left(), inner.top(), inner.width(), kPictureHeight - 8);
  if (card->error.isEmpty()) {
    painter->save();
    drawChainPicture(*painter, picture, *card, option.palette);
    painter->restore();
  } else {
    look::icon(QStringLiteral("warning"))
        .paint(painter, QRect(picture.center() - QPoint(16, 16), QSize(32, 32)));
  }
  paintText(*painter, inner.adjusted(0, kPictureHeight, 0, 0), index, option);
  painter->restore();
}

void GalleryDelegate::paintText(QPainter& painter, const QRect& place, const QModelIndex& index,
                                const QStyleOptionViewItem& option) const {
  const Standing* standing = nullptr;
  const RecipeCard* card = cardOf(index, &standing);
  QFont bold = option.font;
  bold.setWeight(QFont::DemiBold);
  painter.setFont(bold);
  painter.setPen(option.palette.color(QPalette::Text));
  const int line = QFontMetrics(option.font).lineSpacing();
  if (!card->error.isEmpty()) {
    drawLines(painter, place, card->title, 1);
    painter.setFont(option.font);
    painter.setPen(look::bad());
    drawLines(painter, place.adjusted(0, line + 4, 0, 0), card->error, 4);
    return;
  }
  drawLines(painter, place, card->title, 3);
  painter.setFont(option.font);
  painter.setPen(look::faint());
  QStringList facts{card->domain};
  if (card->seed_paper > 0) facts << GalleryModel::tr("paper %1").arg(card->seed_paper);
  if (card->minutes > 0) facts << GalleryModel::tr("%1 min").arg(QLocale().toString(card->minutes));
  const QRect second(place.left(), place.bottom() - 2 * line - 2, place.width(), line);
  drawLines(painter, second, facts.join(QStringLiteral("  \u00b7  ")), 1);
  const QRect third = second.translated(0, line + 3);
  const double size = QFontMetrics(option.font).ascent();
  const bool blocked = !card->blocked.isEmpty();
  const ClaimStanding mark = blocked ? ClaimStanding::kFails : standing->state;
  drawStandingMark(painter, QRectF(third.left(), third.top() + 2, size, size), mark);
  painter.setPen(standingColour(mark));
  drawLines(painter, third.adjusted(static_cast<int>(size) + 6, 0, 0, 0),
            blocked ? card->blocked : claimStandingText(mark), 1);
}

}  // namespace warmstart
