#include "app/gui/palette_model.h"

#include <QApplication>
#include <QPainter>
#include <algorithm>

#include "app/gui/command_palette.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr std::size_t kMostRows = 200;  // nobody reads further

}  // namespace

int PaletteModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QVariant PaletteModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  const Item& item = items_[row.item];
  switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
      return item.text;
    case Qt::DecorationRole:
      return item.icon;
    case kDetail:
      return item.detail;
    case kShortcut:
      return item.shortcut;
    case kPlaces:
      return QVariant::fromValue(QList<int>(row.places.begin(), row.places.end()));
    default:
      return {};
  }
}

void PaletteModel::setItems(std::vector<Item> items) {
  beginResetModel();
  items_ = std::move(items);
  rows_.clear();
  endResetModel();
  filter({});
}

void PaletteModel::filter(const QString& pattern) {
  beginResetModel();
  rows_.clear();
  for (std::size_t i = 0; i < items_.size(); ++i) {
    std::vector<int> places;
    const int score = fuzzyScore(pattern, items_[i].text, &places);
    if (score >= 0) rows_.push_back({i, score, std::move(places)});
  }
  std::stable_sort(rows_.begin(), rows_.end(),
                   [](const Row& a, const Row& b) { return a.score > b.score; });
  if (rows_.size() > kMostRows) rows_.resize(kMostRows);
  endResetModel();
}

QSize PaletteDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
  return {option.rect.width(), option.fontMetrics.height() + 2 * look::kGrid};
}

void PaletteDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const {
  const bool selected = option.state & QStyle::State_Selected;
  const QColor text = option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
  if (selected) painter->fillRect(option.rect, option.palette.highlight());
  QRect rect = option.rect.adjusted(look::kGrid, 0, -look::kGrid, 0);
  const QIcon icon = index.data(Qt::DecorationRole).value<QIcon>();
  icon.paint(painter, QRect(rect.left(), rect.center().y() - 8, 16, 16), Qt::AlignCenter,
             selected ? QIcon::Selected : QIcon::Normal);
  rect.setLeft(rect.left() + 3 * look::kGrid);
  const QColor faint = selected ? text : look::faint();
  painter->setPen(faint);
  const QString shortcut = index.data(PaletteModel::kShortcut).toString();
  painter->drawText(rect, Qt::AlignVCenter | Qt::AlignRight, shortcut);
  rect.setRight(rect.right() - option.fontMetrics.horizontalAdvance(shortcut) - look::kGrid);
  const QString name = index.data(Qt::DisplayRole).toString();
  const auto places = index.data(PaletteModel::kPlaces).value<QList<int>>();
  QFont bold = option.font;
  bold.setBold(true);
  for (int i = 0; i < name.size() && rect.width() > 0; ++i) {
    const bool hit = places.contains(i);
    painter->setFont(hit ? bold : option.font);
    painter->setPen(text);
    painter->drawText(rect, Qt::AlignVCenter | Qt::AlignLeft, name.mid(i, 1));
    rect.setLeft(rect.left() + QFontMetrics(painter->font()).horizontalAdvance(name.at(i)));
  }
  painter->setFont(option.font);
  painter->setPen(faint);
  rect.setLeft(rect.left() + 2 * look::kGrid);
  painter->drawText(rect, Qt::AlignVCenter | Qt::AlignLeft,
                    option.fontMetrics.elidedText(index.data(PaletteModel::kDetail).toString(),
                                                  Qt::ElideRight, rect.width()));
}

}  // namespace warmstart
