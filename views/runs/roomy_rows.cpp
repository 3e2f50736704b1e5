#include "views/runs/roomy_rows.h"

#include "views/look/theme.h"

namespace warmstart {

QSize RoomyRows::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QSize size = QStyledItemDelegate::sizeHint(option, index);
  size.setHeight(std::max(size.height(), option.fontMetrics.height() + look::kGrid));
  return size;
}

}  // namespace warmstart
