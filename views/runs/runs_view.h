// The table itself: a tree view in which a group's name runs over the columns that a group leaves
// empty. Part of the runs panel.
#pragma once
#include <QTreeView>

namespace warmstart {

class RunsView : public QTreeView {
  Q_OBJECT
 public:
  using QTreeView::QTreeView;

 protected:
  void drawRow(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
};

}  // namespace warmstart
