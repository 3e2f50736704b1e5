#include "views/inspect/arrays_view.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableWidget>
#include <QVBoxLayout>

#include "views/inspect/array_values.h"
#include "views/inspect/curve_view.h"
#include "views/inspect/image_grid_view.h"
#include "views/inspect/matrix_view.h"
#include "views/inspect/table_view.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr std::array<const char*, 4> kArrayViews{"table", "curve", "matrix", "images"};
constexpr std::int64_t kFewValues = 16;  ///< read as numbers sooner than as a picture

}  // namespace

QString viewOfArray(const Capture& capture, const Array& array) {
  const std::size_t rank = array.shape.size();
  if (rank == 0 || valueCount(array) <= kFewValues) return QStringLiteral("table");
  if (rank == 1) return QStringLiteral("curve");
  if (imageAxisCount(axisNames(capture, array), array.shape) > 0) return QStringLiteral("images");
  return QStringLiteral("matrix");
}

ArraysView::ArraysView(QWidget* parent)
    : CaptureView(parent),
      table_(new QTableWidget(this)),
      picker_(new QComboBox(this)),
      views_(new QStackedWidget(this)) {
  table_->setColumnCount(5);
  table_->setHorizontalHeaderLabels({tr("Array"), tr("Type"), tr("Shape"), tr("Axes"), tr("Unit")});
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setAlternatingRowColors(true);
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setDefaultSectionSize(table_->fontMetrics().height() + 8);
  table_->horizontalHeader()->setStretchLastSection(true);
  table_->setAccessibleName(tr("Arrays of the capture"));
  picker_->setAccessibleName(tr("How the array is drawn"));
  picker_->addItems(
      {tr("As suits its shape"), tr("Table"), tr("Curve"), tr("Matrix"), tr("Images")});
  for (ArrayView* view : std::initializer_list<ArrayView*>{new TableView, new CurveView,
                                                           new MatrixView, new ImageGridView}) {
    views_->addWidget(view);
    connect(view, &CaptureView::stateChanged, this, &CaptureView::stateChanged);
    connect(view, &CaptureView::sampleWanted, this, &CaptureView::sampleWanted);
  }
  auto* below = new QWidget(this);
  auto* column = new QVBoxLayout(below);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(picker_, 0, Qt::AlignLeft);
  column->addWidget(views_, 1);
  auto* halves = new QSplitter(Qt::Vertical, this);
  halves->addWidget(table_);
  halves->addWidget(below);
  halves->setStretchFactor(1, 1);
  halves->setSizes({16 * look::kGrid, 60 * look::kGrid});
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  whole->addWidget(halves);
  connect(table_, &QTableWidget::itemSelectionChanged, this, [this] {
    if (table_->currentRow() < 0) return;
    wanted_ = table_->item(table_->currentRow(), 0)->text();
    showArray();
    emit stateChanged();
  });
  connect(picker_, &QComboBox::activated, this, [this] {
    showArray();
    emit stateChanged();
  });
}

void ArraysView::setCapture(const CapturePtr& capture, int sample, const QStringList&) {
  capture_ = capture, sample_ = sample;
  fillTable();
  showArray();
}

void ArraysView::fillTable() {
  const QSignalBlocker quiet(table_);
  table_->setRowCount(static_cast<int>(capture_->arrays().size()));
  int row = 0, chosen = 0;
  for (const Array& array : capture_->arrays()) {
    QStringList shape;
    for (const std::int64_t extent : array.shape) shape += QString::number(extent);
    const QStringList texts{
        QString::fromStdString(array.name), QString::fromLatin1(dtype_name(array.dtype)),
        shape.join(QStringLiteral(" × ")), capture_->axes(array.name), capture_->units(array.name)};
    for (int i = 0; i < texts.size(); ++i) table_->setItem(row, i, new QTableWidgetItem(texts[i]));
    if (texts[0] == wanted_) chosen = row;
    ++row;
  }
  table_->resizeColumnsToContents();
  table_->selectRow(chosen);
}

ArrayView* ArraysView::shownView() const {
  return qobject_cast<ArrayView*>(views_->currentWidget());
}

void ArraysView::showArray() {
  const QTableWidgetItem* item = table_->item(table_->currentRow(), 0);
  if (!item || !capture_) return;
  const Array& array = *capture_->find(item->text().toStdString());
  const QString suited = viewOfArray(*capture_, array);
  int place = picker_->currentIndex() - 1;
  // A matrix needs two axes.
  if (place > 1 && array.shape.size() < 2) place = -1;
  if (place > 0 && array.shape.empty()) place = 0;
  for (int i = 0; place < 0 && i < static_cast<int>(kArrayViews.size()); ++i) {
    if (suited == QLatin1String(kArrayViews[static_cast<std::size_t>(i)])) place = i;
  }
  views_->setCurrentIndex(place);
  shownView()->showOnly(item->text());
  shownView()->setReference(reference_);
  shownView()->setCapture(capture_, sample_, {});
}

QVariantMap ArraysView::state() const {
  QVariantMap state{{QStringLiteral("array"), wanted_},
                    {QStringLiteral("as"), picker_->currentIndex()}};
  for (int i = 0; i < views_->count(); ++i)
    state[QLatin1String(kArrayViews[static_cast<std::size_t>(i)])] =
        qobject_cast<ArrayView*>(views_->widget(i))->state();
  return state;
}

void ArraysView::setState(const QVariantMap& state) {
  wanted_ = state.value(QStringLiteral("array")).toString();
  picker_->setCurrentIndex(
      std::clamp(state.value(QStringLiteral("as")).toInt(), 0, picker_->count() - 1));
  if (capture_) fillTable();
  showArray();
  for (int i = 0; i < views_->count(); ++i)
    qobject_cast<ArrayView*>(views_->widget(i))
        ->setState(state.value(QLatin1String(kArrayViews[static_cast<std::size_t>(i)])).toMap());
}

QWidget* ArraysView::picture() { return shownView()->picture(); }
QByteArray ArraysView::csv() const { return shownView()->csv(); }
bool ArraysView::settled() const { return shownView()->settled(); }

}  // namespace warmstart
