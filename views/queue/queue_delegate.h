// Draws the rows of the queue: a lane's line with its title and what it holds, a bar for a job's
// progress, numbers with a margin at their right, plain text for the rest.
#pragma once
#include <QStyledItemDelegate>

namespace warmstart {

class QueueDelegate : public QStyledItemDelegate {
  Q_OBJECT
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 private:
  void paintLane(QPainter* painter, const QStyleOptionViewItem& option,
                 const QModelIndex& index) const;
  void paintBar(QPainter* painter, const QStyleOptionViewItem& option, double share) const;
};

}  // namespace warmstart
