#include "views/inspect/table_view.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QTableView>
#include <QVBoxLayout>

#include "views/inspect/array_values.h"

namespace warmstart {
namespace {

const RegisteredCaptureView table_view{
    {.kind = "table", .create = []() -> CaptureView* { return new TableView; }}};

/// "name (unit)", as a column is headed.
QString headingOf(const ArraySlice& slice) {
  return slice.unit().isEmpty() ? slice.name
                                : QStringLiteral("%1 (%2)").arg(slice.name, slice.unit());
}

Matrix columnsOf(const std::vector<ArraySlice>& slices) {
  Matrix matrix = matrixOf(slices.front());
  matrix.columns = static_cast<int>(slices.size());
  matrix.column_labels.clear();
  matrix.unit.clear();
  matrix.values.assign(static_cast<std::size_t>(matrix.rows) * slices.size(), 0);
  for (std::size_t column = 0; column < slices.size(); ++column) {
    matrix.column_labels += headingOf(slices[column]);
    const std::vector<double> values = slices[column].values();
    for (std::size_t row = 0; row < values.size(); ++row)
      matrix.values[row * slices.size() + column] = values[row];
  }
  return matrix;
}

}  // namespace

std::vector<ArraySlice> alongTheSameAxis(const ArraySlice& slice) {
  std::vector<ArraySlice> all;
  for (const Array& array : slice.capture->arrays()) {
    if (array.shape != slice.shape) continue;
    const QStringList axes = axisNames(*slice.capture, array);
    if (axes != slice.axes) continue;
    ArraySlice other = slice;
    other.name = QString::fromStdString(array.name);
    other.first = other.reference_first = 0;
    const bool is_x = slice.capture->info().value("x", Json()) == Json(array.name);
    all.insert(is_x ? all.begin() : all.end(), std::move(other));
  }
  return all;
}

TableView::TableView(QWidget* parent) : ArrayView(parent) {
  table_ = sortedTable(&model_, tr("Numbers"), this);
  bar()->addStretch(1);
  qobject_cast<QVBoxLayout*>(layout())->addWidget(table_, 1);
}

QWidget* TableView::picture() { return table_; }

void TableView::draw(const ArraySlice& slice) {
  const bool columns = slice.array().shape.size() == 1;
  model_.setMatrix(
      std::make_shared<Matrix>(columns ? columnsOf(alongTheSameAxis(slice)) : matrixOf(slice)));
  if (!columns) return;
  for (int column = 0; column < model_.columnCount(); ++column)
    table_->setColumnWidth(column, std::max(table_->columnWidth(column),
                                            table_->horizontalHeader()->sectionSizeHint(column)));
}

QByteArray TableView::csv() const {
  return model_.matrix() ? csvOf(*model_.matrix()) : QByteArray();
}

}  // namespace warmstart
