#include "views/inspect/arrays_view.h"

#include <QHeaderView>
#include <QVBoxLayout>

namespace warmstart {

ArraysView::ArraysView(QWidget* parent) : CaptureView(parent), table_(new QTableWidget(this)) {
  table_->setColumnCount(5);
  table_->setHorizontalHeaderLabels({tr("Array"), tr("Type"), tr("Shape"), tr("Axes"), tr("Unit")});
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setAlternatingRowColors(true);
  table_->verticalHeader()->hide();
  table_->horizontalHeader()->setStretchLastSection(true);
  table_->setAccessibleName(tr("Arrays of the capture"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(table_);
}

void ArraysView::setCapture(const CapturePtr& capture, int, const QStringList&) {
  table_->setRowCount(static_cast<int>(capture->arrays().size()));
  int row = 0;
  for (const Array& array : capture->arrays()) {
    QStringList shape;
    for (const std::int64_t extent : array.shape) shape += QString::number(extent);
    const QStringList texts{
        QString::fromStdString(array.name), QString::fromLatin1(dtype_name(array.dtype)),
        shape.join(QStringLiteral(" × ")), capture->axes(array.name), capture->units(array.name)};
    for (int i = 0; i < texts.size(); ++i) table_->setItem(row, i, new QTableWidgetItem(texts[i]));
    ++row;
  }
  table_->resizeColumnsToContents();
}

}  // namespace warmstart
