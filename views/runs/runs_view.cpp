#include "views/runs/runs_view.h"

#include <QHeaderView>
#include <QPainter>

#include "views/look/theme.h"
#include "views/runs/runs_model.h"

namespace warmstart {

void RunsView::drawRow(QPainter* painter, const QStyleOptionViewItem& option,
                       const QModelIndex& index) const {
  QTreeView::drawRow(painter, option, index);
  const auto* runs = qobject_cast<const RunsModel*>(model());
  if (runs == nullptr || runs->row(index) != nullptr) return;
  // Metrics stand right of the seed; without them the name has the whole line.
  const int last = runs->metricColumns().empty() ? RunsModel::kFixedColumns - 1 : RunsModel::kSeed;
  const int end = columnViewportPosition(last) + columnWidth(last);
  const int begin = columnViewportPosition(0) + indentation();
  QRect area(begin, option.rect.top(), std::max(0, end - begin), option.rect.height());
  painter->fillRect(area, palette().color(QPalette::AlternateBase));
  QFont bold(font());
  bold.setWeight(QFont::DemiBold);
  painter->setFont(bold);
  painter->setPen(palette().color(QPalette::Text));
  area.adjust(4, 0, -4, 0);
  painter->drawText(area, Qt::AlignLeft | Qt::AlignVCenter,
                    QFontMetrics(bold).elidedText(runs->index(index.row(), 0).data().toString(),
                                                  Qt::ElideRight, area.width()));
}

}  // namespace warmstart
