// The entries of the command palette, filtered and ordered by how well they fit. Used by
// command_palette.cpp alone.
#pragma once
#include <QAbstractListModel>
#include <QIcon>
#include <QStyledItemDelegate>
#include <functional>
#include <vector>

namespace warmstart {

class PaletteModel : public QAbstractListModel {
  Q_OBJECT
 public:
  struct Item {
    QString text, detail, shortcut;
    QIcon icon;
    std::function<void()> act;
  };
  enum Role { kDetail = Qt::UserRole, kShortcut, kPlaces };

  using QAbstractListModel::QAbstractListModel;
  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  void setItems(std::vector<Item> items);
  void filter(const QString& pattern);
  const Item& at(int row) const { return items_[rows_[static_cast<std::size_t>(row)].item]; }

 private:
  struct Row {
    std::size_t item;
    int score;
    std::vector<int> places;
  };
  std::vector<Item> items_;
  std::vector<Row> rows_;
};

/// Draws the matched letters in bold, the detail faint, the shortcut at the right.
class PaletteDelegate : public QStyledItemDelegate {
  Q_OBJECT
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace warmstart
