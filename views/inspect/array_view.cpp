#include "views/inspect/array_view.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>
#include <numeric>

#include "views/inspect/array_values.h"
#include "views/look/theme.h"

namespace warmstart {

std::int64_t ArraySlice::count() const {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

bool ArraySlice::subtracts() const {
  const Array* other = reference ? reference.capture->find(name.toStdString()) : nullptr;
  if (!other || other->shape.size() != array().shape.size()) return false;
  if (axes.contains(QStringLiteral("S")) && reference.capture->samples() != capture->samples())
    return false;
  const std::size_t leading = other->shape.size() - shape.size();
  for (std::size_t i = 0; i < other->shape.size(); ++i) {
    // Another run may watch more samples or fewer.
    const bool sample_axis =
        i < leading &&
        axisNames(*capture, array()).at(static_cast<qsizetype>(i)) == QLatin1String("S");
    if (!sample_axis && other->shape[i] != array().shape[i]) return false;
  }
  return true;
}

std::vector<double> ArraySlice::values() const {
  std::vector<double> values(static_cast<std::size_t>(count()));
  readValues(array(), first, std::span(values));
  if (!subtracts()) return values;
  std::vector<double> others(values.size());
  readValues(*reference.capture->find(name.toStdString()), reference_first, std::span(others));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] -= others[i];
  return values;
}

QStringList ArraySlice::labels(std::size_t axis) const {
  QStringList labels =
      axisLabels(*capture, axes[static_cast<qsizetype>(axis)], shape[axis], sample);
  for (QString& label : labels) label = visibleText(label);
  return labels;
}

Matrix matrixOf(const ArraySlice& slice) {
  Matrix matrix;
  const std::size_t rank = slice.shape.size();
  const auto axis = [&](std::size_t i) { return slice.axes[static_cast<qsizetype>(i)]; };
  matrix.rows = rank > 0 ? static_cast<int>(slice.shape[0]) : 1;
  matrix.columns = rank > 1 ? static_cast<int>(slice.shape[1]) : 1;
  if (rank > 0) matrix.row_labels = slice.labels(0), matrix.row_axis = axis(0);
  if (rank > 1) matrix.column_labels = slice.labels(1), matrix.column_axis = axis(1);
  if (rank < 2) matrix.column_labels = QStringList{slice.name};
  matrix.name = slice.name, matrix.unit = slice.unit();
  if (slice.subtracts()) matrix.unit = ArrayView::tr("difference to %1").arg(slice.reference.name);
  matrix.values = slice.values();
  return matrix;
}

ArrayView::ArrayView(QWidget* parent)
    : CaptureView(parent),
      bar_(new QHBoxLayout),
      places_row_(new QHBoxLayout),
      arrays_(new QComboBox(this)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(look::kGrid);
  column->addLayout(bar_);
  bar_->setSpacing(look::kGrid);
  arrays_->setAccessibleName(tr("Array"));
  arrays_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  places_row_->setSpacing(look::kGrid);
  bar_->addWidget(arrays_);
  bar_->addLayout(places_row_);
  connect(arrays_, &QComboBox::activated, this, [this] {
    wanted_ = arrays_->currentText();
    redraw();
    emit stateChanged();
  });
}

void ArrayView::setCapture(const CapturePtr& capture, int sample, const QStringList&) {
  capture_ = capture, sample_ = sample;
  fillArrays();
  redraw();
}

void ArrayView::showOnly(const QString& array) {
  only_ = true;
  wanted_ = array;
  arrays_->hide();
}

void ArrayView::fillArrays() {
  const QSignalBlocker quiet(arrays_);
  arrays_->clear();
  for (const Array& array : capture_->arrays()) {
    if (suits(array) && valueCount(array) > 0) arrays_->addItem(QString::fromStdString(array.name));
  }
  arrays_->setCurrentIndex(std::max(0, arrays_->findText(wanted_)));
  arrays_->setVisible(!only_ && arrays_->count() > 1);
}

void ArrayView::makePlaces(const Array& array, const QStringList& leading) {
  if (leading != place_axes_) {
    qDeleteAll(places_);
    places_.clear();
    place_axes_ = leading;
    for (const QString& axis : leading) {
      if (axis == QLatin1String("S")) continue;
      auto* box = new QSpinBox(this);
      box->setPrefix(axis + QLatin1Char(' '));
      box->setAccessibleName(tr("Place along %1").arg(axis));
      box->setWrapping(true);
      connect(box, &QSpinBox::valueChanged, this, [this] {
        redraw();
        emit stateChanged();
      });
      places_row_->addWidget(box);
      places_[axis] = box;
    }
  }
  for (qsizetype i = 0; i < leading.size(); ++i) {
    QSpinBox* box = places_.value(leading[i]);
    if (!box) continue;
    const QSignalBlocker quiet(box);
    box->setMaximum(static_cast<int>(array.shape[static_cast<std::size_t>(i)]) - 1);
  }
}

std::int64_t ArrayView::placeOf(const Array& array, const QStringList& leading, int sample) const {
  std::int64_t place = 0;
  for (qsizetype i = 0; i < leading.size(); ++i) {
    const QSpinBox* box = places_.value(leading[i]);
    const std::int64_t length = array.shape[static_cast<std::size_t>(i)];
    place = place * length + (box ? box->value() : std::min<std::int64_t>(sample, length - 1));
  }
  return place;
}

void ArrayView::redraw() {
  if (!capture_ || arrays_->count() == 0) return;
  ArraySlice slice;
  slice.capture = capture_, slice.reference = reference_;
  slice.name = arrays_->currentText(), slice.sample = sample_;
  const Array& array = slice.array();
  const QStringList names = axisNames(*capture_, array);
  const std::size_t drawn = std::min(drawnAxes(*capture_, array), array.shape.size());
  const std::size_t leading = array.shape.size() - drawn;
  const QStringList before = names.first(static_cast<qsizetype>(leading));
  makePlaces(array, before);
  slice.shape.assign(array.shape.begin() + static_cast<std::ptrdiff_t>(leading), array.shape.end());
  slice.axes = names.mid(static_cast<qsizetype>(leading));
  slice.first = placeOf(array, before, sample_) * slice.count();
  if (slice.subtracts())
    slice.reference_first =
        placeOf(*reference_.capture->find(array.name), before, reference_.sample) * slice.count();
  draw(slice);
}

QVariantMap ArrayView::state() const {
  QVariantMap state{{QStringLiteral("array"), arrays_->currentText()}};
  for (auto place = places_.begin(); place != places_.end(); ++place)
    state[QStringLiteral("at ") + place.key()] = place.value()->value();
  return state;
}

void ArrayView::setState(const QVariantMap& state) {
  if (!only_) wanted_ = state.value(QStringLiteral("array"), wanted_).toString();
  arrays_->setCurrentIndex(std::max(0, arrays_->findText(wanted_)));
  for (auto place = places_.begin(); place != places_.end(); ++place) {
    const QSignalBlocker quiet(place.value());
    const QVariant at = state.value(QStringLiteral("at ") + place.key());
    if (at.isValid()) place.value()->setValue(at.toInt());
  }
  redraw();
}

}  // namespace warmstart
