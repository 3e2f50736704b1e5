// A Matrix as an item model: right-aligned numbers that sort as numbers, labels as headers. Used by
// the table and confusion views.
#pragma once
#include <QAbstractTableModel>

#include "views/inspect/matrix.h"

class QTableView;

namespace warmstart {

class MatrixModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  static constexpr int kSortRole = Qt::UserRole;
  using QAbstractTableModel::QAbstractTableModel;
  void setMatrix(MatrixPtr matrix);
  const MatrixPtr& matrix() const { return matrix_; }
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  MatrixPtr matrix_;
};

/// A table as all tables of the Inspect panel are: sorted by a click on a header, read only, Ctrl+C
/// copies what is chosen with tabs between columns.
QTableView* sortedTable(QAbstractItemModel* model, const QString& name, QWidget* parent);

}  // namespace warmstart
