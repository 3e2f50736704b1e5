#include "views/inspect/matrix_view.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <cmath>

namespace warmstart {
namespace {

const RegisteredCaptureView matrix_view{
    {.kind = "matrix", .create = []() -> CaptureView* { return new MatrixView; }}};

}  // namespace

QComboBox* colourMapPicker(QWidget* parent) {
  auto* picker = new QComboBox(parent);
  picker->setAccessibleName(MatrixView::tr("Colour map"));
  picker->setToolTip(MatrixView::tr("Colours of small and large values"));
  picker->addItem(MatrixView::tr("Automatic colours"));
  for (const look::Map map :
       {look::Map::kGrey, look::Map::kViridis, look::Map::kCividis, look::Map::kDiverging})
    picker->addItem(look::mapName(map), static_cast<int>(map));
  return picker;
}

look::Map chosenMap(const QComboBox& picker, bool signed_values) {
  if (picker.currentIndex() > 0) return static_cast<look::Map>(picker.currentData().toInt());
  return signed_values ? look::Map::kDiverging : look::Map::kViridis;
}

QString cellText(const Matrix& matrix, const Cell& cell) {
  const auto side = [](const QString& axis, const QString& label) {
    return axis.isEmpty() ? label : axis + QLatin1Char(' ') + label;
  };
  const double value = matrix.at(cell.row, cell.column);
  QString text = side(matrix.row_axis, matrix.rowLabel(cell.row));
  if (matrix.columns > 1 || !matrix.column_axis.isEmpty())
    text += QStringLiteral(", ") + side(matrix.column_axis, matrix.columnLabel(cell.column));
  text += QStringLiteral(": ");
  text += std::isnan(value) ? MatrixView::tr("none") : exactText(value);
  return text;
}

MatrixView::MatrixView(QWidget* parent)
    : ArrayView(parent),
      canvas_(new MatrixCanvas(this)),
      map_(colourMapPicker(this)),
      logarithmic_(new QCheckBox(tr("Log s&cale"), this)),
      read_out_(new QLabel(this)) {
  logarithmic_->setToolTip(tr("Colours by the logarithm; what is not positive stays empty"));
  read_out_->setAccessibleName(tr("Value of the cell"));
  read_out_->setTextFormat(Qt::PlainText);
  read_out_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  // Long labels shall not widen the dock.
  read_out_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  bar()->addWidget(map_);
  bar()->addWidget(logarithmic_);
  bar()->addStretch(1);
  auto* column = qobject_cast<QVBoxLayout*>(layout());
  column->addWidget(canvas_, 1);
  column->addWidget(read_out_);
  const auto changed = [this] {
    colour();
    emit stateChanged();
  };
  connect(map_, &QComboBox::activated, this, changed);
  connect(logarithmic_, &QCheckBox::clicked, this, changed);
  connect(canvas_, &MatrixCanvas::hovered, this, &MatrixView::read);
  connect(canvas_, &MatrixCanvas::chosen, this, [this](const Cell& cell) { read(cell); });
}

void MatrixView::draw(const ArraySlice& slice) {
  matrix_ = std::make_shared<Matrix>(matrixOf(slice));
  colour();
  read(canvas_->selected());
}

void MatrixView::colour() {
  if (!matrix_) return;
  const bool logarithmic = logarithmic_->isChecked();
  canvas_->setMatrix(matrix_,
                     scaleOf(*matrix_, chosenMap(*map_, matrix_->hasNegative()), logarithmic));
}

void MatrixView::read(const std::optional<Cell>& cell) {
  const std::optional<Cell> shown = cell ? cell : canvas_->selected();
  read_out_->setText(shown && matrix_ ? cellText(*matrix_, *shown)
                                      : tr("Point at a cell to read its value."));
}

QString MatrixView::readOut() const { return read_out_->text(); }
QByteArray MatrixView::csv() const { return matrix_ ? csvOf(*matrix_) : QByteArray(); }

QVariantMap MatrixView::state() const {
  QVariantMap state = ArrayView::state();
  state[QStringLiteral("map")] = map_->currentIndex();
  state[QStringLiteral("log")] = logarithmic_->isChecked();
  return state;
}

void MatrixView::setState(const QVariantMap& state) {
  map_->setCurrentIndex(
      std::clamp(state.value(QStringLiteral("map")).toInt(), 0, map_->count() - 1));
  logarithmic_->setChecked(state.value(QStringLiteral("log")).toBool());
  ArrayView::setState(state);
}

}  // namespace warmstart
