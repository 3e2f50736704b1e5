#include "views/setup/preview_sheet.h"

#include <QPainter>
#include <QScrollArea>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kOutlineHeight = 6 * look::kGrid, kLeastPicture = 12 * look::kGrid;
constexpr int kSheetGap = look::kGrid;

}  // namespace

PreviewSheet::PreviewSheet(QWidget* parent) : QWidget(parent) {
  QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  setAccessibleName(tr("Samples before and after their transforms"));
}

QScrollArea* PreviewSheet::scrolled(PreviewSheet* sheet, QWidget* parent) {
  auto* area = new QScrollArea(parent);
  area->setWidget(sheet);
  area->setWidgetResizable(true);
  area->setFrameShape(QFrame::NoFrame);
  area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  return area;
}

void PreviewSheet::setItems(std::vector<PreviewItem> items, const QString& nothing) {
  items_ = std::move(items);
  nothing_ = nothing;
  QStringList read_out;
  for (const PreviewItem& item : items_)
    read_out << QStringList{item.title, item.detail, item.text}.join(QLatin1Char(' ')).simplified();
  setAccessibleDescription(items_.empty() ? nothing_ : read_out.join(QLatin1Char('\n')));
  updateGeometry();
  update();
}

int PreviewSheet::pictures() const {
  return static_cast<int>(std::count_if(items_.begin(), items_.end(), [](const PreviewItem& item) {
    return item.form == PreviewItem::Form::kPicture;
  }));
}

std::vector<PreviewSheet::Row> PreviewSheet::rows() const {
  std::vector<Row> rows;
  for (auto item = items_.begin() + pictures(); item != items_.end(); ++item) {
    const auto beside = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
      return row.read && row.read->field == item->field;
    });
    if (item->when != PreviewItem::When::kTrained) {
      rows.push_back({&*item, nullptr});
    } else if (beside != rows.end()) {
      beside->trained = &*item;
    } else {
      rows.push_back({nullptr, &*item});
    }
  }
  return rows;
}

int PreviewSheet::cellHeight(const PreviewItem& item, int width) const {
  const int title = fontMetrics().lineSpacing();
  if (item.form == PreviewItem::Form::kOutline) return title + kOutlineHeight;
  return title +
         fontMetrics()
             .boundingRect(QRect(0, 0, std::max(1, width), 1 << 20), Qt::TextWordWrap, item.text)
             .height();
}

int PreviewSheet::rowHeight(const Row& row, int width) const {
  const bool two = row.read && row.trained;
  const int cell = two ? (width - kSheetGap) / 2 : width;
  return std::max(row.read ? cellHeight(*row.read, cell) : 0,
                  row.trained ? cellHeight(*row.trained, cell) : 0) +
         kSheetGap;
}

int PreviewSheet::rowsHeight(int width) const {
  int height = 0;
  for (const Row& row : rows()) height += rowHeight(row, width);
  return height;
}

int PreviewSheet::heightForWidth(int width) const {
  const int line = fontMetrics().lineSpacing();
  if (items_.empty()) return 3 * line;
  return (pictures() > 0 ? kLeastPicture + 2 * line + kSheetGap : 0) + rowsHeight(width);
}

QSize PreviewSheet::sizeHint() const {
  const int width = 60 * look::kGrid;
  return {width, heightForWidth(width)};
}

void PreviewSheet::wheelEvent(QWheelEvent* event) {
  const bool over = event->position().y() < height() - rowsHeight(width());
  const bool volume = std::any_of(items_.begin(), items_.end(),
                                  [](const PreviewItem& item) { return item.slices > 1; });
  if (!over || !volume || event->angleDelta().y() == 0) return event->ignore();
  emit wheelTurned(event->angleDelta().y() > 0 ? 1 : -1);
  event->accept();
}

void PreviewSheet::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  if (items_.empty()) {
    painter.setPen(look::faint());
    painter.drawText(rect(), Qt::TextWordWrap, nothing_);
    return;
  }
  int top = 0;
  if (pictures() > 0) {
    top = height() - rowsHeight(width());
    drawPictures(painter, top);
  }
  for (const Row& row : rows()) {
    const int high = rowHeight(row, width());
    const bool two = row.read && row.trained;
    const int cell = two ? (width() - kSheetGap) / 2 : width();
    if (row.read) drawCell(painter, *row.read, QRect(0, top, cell, high));
    if (row.trained)
      drawCell(painter, *row.trained, QRect(two ? cell + kSheetGap : 0, top, cell, high));
    top += high;
  }
}

void PreviewSheet::drawPictures(QPainter& painter, int height) const {
  const int count = pictures(), line = fontMetrics().lineSpacing();
  const int cell = (width() - kSheetGap * (count - 1)) / count;
  const int side = std::max(16, std::min(cell, height - 2 * line - kSheetGap));
  for (int i = 0; i < count; ++i) {
    const PreviewItem& one = items_[static_cast<std::size_t>(i)];
    const int left = i * (cell + kSheetGap);
    const QSize size = one.image.size().scaled(side, side, Qt::KeepAspectRatio);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(QRect(left, 0, cell, line), Qt::AlignLeft, one.title);
    painter.drawImage(QRect(QPoint(left, line), size), one.image);
    painter.setPen(look::faint());
    painter.drawText(QRect(left, line + size.height(), cell, line), Qt::AlignLeft, one.detail);
  }
}

void PreviewSheet::drawCell(QPainter& painter, const PreviewItem& item, const QRect& place) const {
  const int line = fontMetrics().lineSpacing();
  const QColor ink = palette().color(QPalette::WindowText);
  painter.setPen(ink);
  QRect title;
  painter.drawText(place, Qt::AlignLeft | Qt::TextSingleLine, item.title, &title);
  painter.setPen(look::faint());
  painter.drawText(QRect(title.right() + 2 * look::kGrid, place.top(),
                         place.right() - title.right() - 2 * look::kGrid, line),
                   Qt::AlignLeft | Qt::TextSingleLine, item.detail.trimmed());
  const QRect below = place.adjusted(0, line, 0, -kSheetGap);
  if (item.form == PreviewItem::Form::kOutline) return drawOutline(painter, item, below);
  painter.setPen(ink);
  painter.drawText(below, Qt::TextWordWrap, item.text);
}

/// Zero is always within, so that silence is a line.
void PreviewSheet::drawOutline(QPainter& painter, const PreviewItem& item,
                               const QRect& place) const {
  painter.fillRect(place, palette().color(QPalette::Base));
  double low = 0, high = 0;
  for (const Peak& peak : item.outline) {
    low = std::min<double>(low, peak.low);
    high = std::max<double>(high, peak.high);
  }
  const double span = high > low ? high - low : 1;
  const double scale = (place.height() - 4) / span;
  const auto yOf = [&](double value) { return place.top() + 2 + (high - value) * scale; };
  painter.setPen(QPen(look::line(), 1));
  painter.drawLine(QPointF(place.left(), yOf(0)), QPointF(place.right(), yOf(0)));
  const double step = place.width() / static_cast<double>(item.outline.size());
  for (std::size_t i = 0; i < item.outline.size(); ++i) {
    const double left = std::floor(place.left() + static_cast<double>(i) * step);
    const double right = std::floor(place.left() + static_cast<double>(i + 1) * step);
    const double top = yOf(item.outline[i].high);
    painter.fillRect(
        QRectF(left, top - 0.5, std::max(1.0, right - left), yOf(item.outline[i].low) - top + 1),
        look::category(0));
  }
}

}  // namespace warmstart
