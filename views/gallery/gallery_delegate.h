// Paints one recipe as a card: its stage chain as a small picture, title, domain, seed paper, time
// and claim standing. Everything is drawn, nothing is cached, so a thousand cards cost nothing.
#pragma once
#include <QStyledItemDelegate>

#include "views/gallery/recipe_card.h"

namespace warmstart {

class GalleryModel;

/// The chains of a recipe: arms as rows, stages as blocks with one colour each, arrows between.
void drawChainPicture(QPainter& painter, const QRectF& place, const RecipeCard& card,
                      const QPalette& palette);

class GalleryDelegate : public QStyledItemDelegate {
  Q_OBJECT
 public:
  explicit GalleryDelegate(QObject* parent = nullptr) : QStyledItemDelegate(parent) {}
  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  /// Cards share the width of the view; set by the panel when it is resized.
  void setCardWidth(int width) { width_ = width; }

 private:
  void paintText(QPainter& painter, const QRect& place, const QModelIndex& index,
                 const QStyleOptionViewItem& option) const;
  int width_ = 240;
};

}  // namespace warmstart
