#include "views/inspect/curve_view.h"

#include <qcustomplot.h>

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <cmath>
#include <numeric>

#include "views/inspect/array_values.h"
#include "views/inspect/table_view.h"
#include "views/look/plot.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kMostSeries = 32;  ///< more than that is not told apart
constexpr int kMostInLegend = 12;
constexpr int kMostMarked = 64;  ///< points that are marked one by one

const RegisteredCaptureView curve_view{
    {.kind = "curve", .create = []() -> CaptureView* { return new CurveView; }}};

/// The rows of an array with two axes as columns.
Matrix turned(const Matrix& rows) {
  Matrix matrix = rows;
  std::swap(matrix.rows, matrix.columns);
  std::swap(matrix.row_labels, matrix.column_labels);
  std::swap(matrix.row_axis, matrix.column_axis);
  for (int row = 0; row < matrix.rows; ++row) {
    for (int column = 0; column < matrix.columns; ++column)
      matrix.values[static_cast<std::size_t>(row * matrix.columns + column)] = rows.at(column, row);
  }
  if (matrix.column_labels.isEmpty()) {
    for (int i = 0; i < matrix.columns; ++i)
      matrix.column_labels += QStringLiteral("%1 %2").arg(matrix.column_axis).arg(i);
  }
  return matrix;
}

}  // namespace

CurveView::CurveView(QWidget* parent)
    : ArrayView(parent),
      plot_(new look::Plot(this)),
      logarithmic_(new QCheckBox(tr("Log s&cale"), this)),
      read_out_(new QLabel(this)) {
  bar()->addWidget(logarithmic_);
  bar()->addStretch(1);
  plot_->setAccessibleName(tr("Curves"));
  plot_->setMinimumSize(24 * look::kGrid, 20 * look::kGrid);
  plot_->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
  plot_->setToolTip(tr("Wheel: zoom. Drag: move. Double click: show all."));
  read_out_->setAccessibleName(tr("Values at the pointer"));
  read_out_->setTextFormat(Qt::PlainText);
  read_out_->setWordWrap(true);
  auto* column = qobject_cast<QVBoxLayout*>(layout());
  column->addWidget(plot_, 1);
  column->addWidget(read_out_);
  connect(logarithmic_, &QCheckBox::clicked, this, [this] {
    replot();
    emit stateChanged();
  });
  connect(plot_, &QCustomPlot::mouseMove, this,
          [this](QMouseEvent* event) { readAt(plot_->xAxis->pixelToCoord(event->pos().x())); });
  connect(plot_, &QCustomPlot::mouseDoubleClick, this, &CurveView::replot);
}

QWidget* CurveView::picture() { return plot_; }
QString CurveView::readOut() const { return read_out_->text(); }

void CurveView::takeSeries(const ArraySlice& slice) {
  x_.clear();
  x_name_ = slice.axes.back();
  y_name_ = slice.subtracts()        ? tr("difference to %1").arg(slice.reference.name)
            : slice.unit().isEmpty() ? slice.name
                                     : slice.unit();
  if (slice.shape.size() == 2) {
    table_ = turned(matrixOf(slice));
    return;
  }
  table_ = matrixOf(slice);
  table_.columns = 0;
  table_.column_labels.clear();
  std::vector<std::vector<double>> series;
  const Json x = slice.capture->info().value("x", Json());
  for (ArraySlice& one : alongTheSameAxis(slice)) {
    const bool is_x = x == Json(one.name.toStdString());
    if (is_x) {
      one.reference = {};
      x_ = one.values();
      x_name_ = one.unit().isEmpty() ? one.name : tr("%1 (%2)").arg(one.name, one.unit());
      for (const double value : x_) table_.row_labels += QString::number(value, 'g', 17);
    } else if (one.unit() == slice.unit()) {
      series.push_back(one.values());
      table_.column_labels += one.name;
    }
  }
  table_.columns = static_cast<int>(series.size());
  table_.values.clear();
  for (int row = 0; row < table_.rows; ++row) {
    for (const auto& values : series)
      table_.values.push_back(values[static_cast<std::size_t>(row)]);
  }
}

void CurveView::draw(const ArraySlice& slice) {
  takeSeries(slice);
  if (x_.empty()) {
    x_.resize(static_cast<std::size_t>(table_.rows));
    std::iota(x_.begin(), x_.end(), 0);
  }
  replot();
}

void CurveView::replot() {
  plot_->clearGraphs();
  const bool logarithmic = logarithmic_->isChecked();
  const int series = std::min(table_.columns, kMostSeries);
  for (int column = 0; column < series; ++column) {
    QVector<double> x(x_.begin(), x_.end()), y;
    for (int row = 0; row < table_.rows; ++row) {
      const double value = table_.at(row, column);
      y += logarithmic && value <= 0 ? NAN : value;
    }
    QCPGraph* graph = plot_->addGraph();
    const Qt::PenStyle style = column < 8 ? Qt::SolidLine : Qt::DashLine;
    graph->setPen(QPen(look::category(column), 1.75, style));
    graph->setName(table_.columnLabel(column));
    if (table_.rows <= kMostMarked)
      graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, look::category(column), 5));
    graph->setData(x, y);
  }
  paintPlot(series);
  plot_->xAxis->setLabel(x_name_), plot_->yAxis->setLabel(y_name_);
  plot_->rescaleAxes();
  plot_->xAxis->scaleRange(1.04);
  if (!logarithmic) plot_->yAxis->scaleRange(1.08);
  plot_->drawSoon();
  read_out_->setText(series < table_.columns
                         ? tr("The first %L1 of %L2 series.").arg(series).arg(table_.columns)
                         : tr("Point at the curves to read their values."));
}

void CurveView::paintPlot(int series) {
  const bool logarithmic = logarithmic_->isChecked();
  plot_->legend->setVisible(series > 1 && series <= kMostInLegend);
  plot_->legend->setBrush(look::surface());
  plot_->legend->setBorderPen(QPen(look::line()));
  plot_->legend->setTextColor(palette().color(QPalette::Text));
  plot_->legend->setFont(font());
  plot_->yAxis->setScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
  plot_->yAxis->setTicker(logarithmic ? QSharedPointer<QCPAxisTicker>(new QCPAxisTickerLog)
                                      : QSharedPointer<QCPAxisTicker>(new QCPAxisTicker));
  for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis}) {
    axis->grid()->setZeroLinePen(QPen(look::faint(), 1));
    axis->setNumberFormat(QStringLiteral("gb"));
  }
}

void CurveView::readAt(double x) {
  if (x_.empty()) return;
  const auto nearest = std::min_element(
      x_.begin(), x_.end(), [x](double a, double b) { return std::abs(a - x) < std::abs(b - x); });
  const int row = static_cast<int>(nearest - x_.begin());
  QStringList texts;
  for (int column = 0; column < std::min(table_.columns, kMostInLegend); ++column)
    texts += QStringLiteral("%1 %L2")
                 .arg(table_.columnLabel(column))
                 .arg(table_.at(row, column), 0, 'g', 6);
  const QString label = table_.row_labels.isEmpty() ? QStringLiteral("%L1").arg(*nearest, 0, 'g', 6)
                                                    : table_.rowLabel(row);
  read_out_->setText(
      QStringLiteral("%1 %2: %3").arg(x_name_, label, texts.join(QStringLiteral(", "))));
}

void CurveView::changeEvent(QEvent* event) {
  ArrayView::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && table_.rows > 0) replot();
}

QVariantMap CurveView::state() const {
  QVariantMap state = ArrayView::state();
  state[QStringLiteral("log")] = logarithmic_->isChecked();
  return state;
}

void CurveView::setState(const QVariantMap& state) {
  logarithmic_->setChecked(state.value(QStringLiteral("log")).toBool());
  ArrayView::setState(state);
}

}  // namespace warmstart
