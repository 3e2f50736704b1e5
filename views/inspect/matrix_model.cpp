#include "views/inspect/matrix_model.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QShortcut>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <cmath>

namespace warmstart {
namespace {

/// The chosen cells, row by row, with tabs between columns.
QString chosenText(const QTableView& table) {
  QModelIndexList chosen = table.selectionModel()->selectedIndexes();
  std::sort(chosen.begin(), chosen.end(), [](const QModelIndex& a, const QModelIndex& b) {
    return std::pair(a.row(), a.column()) < std::pair(b.row(), b.column());
  });
  QString text;
  int row = -1;
  for (const QModelIndex& index : chosen) {
    if (row >= 0) text += index.row() == row ? QLatin1Char('\t') : QLatin1Char('\n');
    row = index.row();
    text += index.data().toString();
  }
  return text;
}

/// Numbers by their size, and what is none behind them whichever way they are sorted.
class NumberOrder : public QSortFilterProxyModel {
 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;

 protected:
  bool lessThan(const QModelIndex& left, const QModelIndex& right) const override {
    const QVariant a = left.data(sortRole()), b = right.data(sortRole());
    const auto none = [](const QVariant& value) {
      return value.typeId() == QMetaType::Double && std::isnan(value.toDouble());
    };
    if (none(a) || none(b))
      return none(a) != none(b) && none(b) == (sortOrder() == Qt::AscendingOrder);
    return QSortFilterProxyModel::lessThan(left, right);
  }
};

}  // namespace

void MatrixModel::setMatrix(MatrixPtr matrix) {
  const bool same =
      matrix_ && matrix && matrix_->rows == matrix->rows && matrix_->columns == matrix->columns &&
      matrix_->row_labels == matrix->row_labels && matrix_->column_labels == matrix->column_labels;
  if (!same) beginResetModel();
  matrix_ = std::move(matrix);
  if (!same) return endResetModel();
  // Playing along the timeline keeps the chosen cells and the scroll bars where they are.
  if (rowCount() > 0 && columnCount() > 0)
    emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int MatrixModel::rowCount(const QModelIndex& parent) const {
  return matrix_ && !parent.isValid() ? matrix_->rows : 0;
}
int MatrixModel::columnCount(const QModelIndex& parent) const {
  return matrix_ && !parent.isValid() ? matrix_->columns : 0;
}

QVariant MatrixModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const double value = matrix_->at(index.row(), index.column());
  if (role == kSortRole) return value;
  if (role == Qt::TextAlignmentRole) return QVariant(Qt::AlignRight | Qt::AlignVCenter);
  if (role == Qt::ToolTipRole) return QString::number(value, 'g', 17);
  if (role != Qt::DisplayRole) return {};
  return std::isnan(value) ? QString() : QStringLiteral("%L1").arg(value, 0, 'g', 4);
}

QVariant MatrixModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (!matrix_ || role != Qt::DisplayRole) return {};
  return orientation == Qt::Horizontal ? matrix_->columnLabel(section) : matrix_->rowLabel(section);
}

QTableView* sortedTable(QAbstractItemModel* model, const QString& name, QWidget* parent) {
  auto* table = new QTableView(parent);
  auto* sorted = new NumberOrder(table);
  sorted->setSortRole(MatrixModel::kSortRole);
  sorted->setSourceModel(model);
  table->setModel(sorted);
  table->setSortingEnabled(true);
  table->sortByColumn(-1, Qt::AscendingOrder);
  table->setAlternatingRowColors(true);
  table->setAccessibleName(name);
  table->horizontalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
  table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 8);
  auto* copy = new QShortcut(QKeySequence::Copy, table, nullptr, nullptr, Qt::WidgetShortcut);
  QObject::connect(copy, &QShortcut::activated, table,
                   [table] { QGuiApplication::clipboard()->setText(chosenText(*table)); });
  return table;
}

}  // namespace warmstart
