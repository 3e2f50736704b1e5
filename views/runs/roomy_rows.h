// Rows of tables with room to breathe: the font's height and one step of the grid.
#pragma once
#include <QStyledItemDelegate>

namespace warmstart {

class RoomyRows : public QStyledItemDelegate {
  Q_OBJECT
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace warmstart
