#include "views/live/live_tool_bar.h"

#include <cmath>

#include "views/look/theme.h"

namespace warmstart::live {
namespace {

constexpr int kSlider = 100;
constexpr double kLargest = 10000;  ///< steps at the slider's end

}  // namespace

LiveToolBar::LiveToolBar(QWidget* parent)
    : QWidget(parent),
      axis_(new QComboBox(this)),
      smoothing_(new QSlider(Qt::Horizontal, this)),
      steps_(new QLabel(this)),
      log_(new QCheckBox(tr("&Log y"), this)),
      mean_(new QCheckBox(tr("&Mean of seeds"), this)),
      columns_(new QSpinBox(this)) {
  axis_->addItems({tr("Step"), tr("Relative time"), tr("Time of day"), tr("Samples seen")});
  axis_->setAccessibleName(tr("Horizontal axis"));
  axis_->setToolTip(tr("Horizontal axis of all plots"));
  smoothing_->setRange(0, kSlider);
  smoothing_->setMaximumWidth(16 * look::kGrid);
  smoothing_->setAccessibleName(tr("Smoothing"));
  smoothing_->setToolTip(tr("Time constant of the moving average, in steps"));
  steps_->setMinimumWidth(steps_->fontMetrics().horizontalAdvance(tr("%1 steps").arg(10000)));
  mean_->setToolTip(
      tr("Runs of one arm that differ in their seed become a "
         "line with a band: mean and standard "
         "deviation"));
  columns_->setRange(1, 4);
  columns_->setValue(2);
  columns_->setAccessibleName(tr("Columns of plots"));
  columns_->setSuffix(tr(" columns"));
  auto* reset = new QPushButton(tr("&Reset view"), this);
  reset->setToolTip(tr("All plots show everything again; so does a double click"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(look::kGrid, look::kGrid / 2, look::kGrid, look::kGrid / 2);
  row->setSpacing(look::kGrid);
  auto* label = new QLabel(tr("Smoothing"), this);
  for (QWidget* part :
       std::initializer_list<QWidget*>{axis_, label, smoothing_, steps_, log_, mean_})
    row->addWidget(part);
  row->addStretch(1);
  row->addWidget(columns_);
  row->addWidget(reset);
  connect(axis_, &QComboBox::currentIndexChanged, this, &LiveToolBar::changed);
  connect(smoothing_, &QSlider::valueChanged, this, &LiveToolBar::changed);
  connect(log_, &QCheckBox::toggled, this, &LiveToolBar::changed);
  connect(mean_, &QCheckBox::toggled, this, &LiveToolBar::changed);
  connect(columns_, &QSpinBox::valueChanged, this, &LiveToolBar::changed);
  connect(reset, &QPushButton::clicked, this, &LiveToolBar::resetWanted);
  const auto tell = [this] {
    const double steps = smoothingSteps();
    steps_->setText(steps > 0 ? tr("%1 steps").arg(steps, 0, 'f', 0) : tr("off"));
  };
  connect(smoothing_, &QSlider::valueChanged, steps_, tell);
  tell();
}

double LiveToolBar::smoothingSteps() const {
  const double share = static_cast<double>(smoothing_->value()) / kSlider;
  return share > 0 ? std::round(std::pow(kLargest, share)) : 0;
}

PlotStyle LiveToolBar::style() const {
  return {static_cast<XAxis>(axis_->currentIndex()), smoothingSteps(), log_->isChecked(),
          mean_->isChecked()};
}

void LiveToolBar::setAxis(XAxis axis) { axis_->setCurrentIndex(static_cast<int>(axis)); }

void LiveToolBar::toggleLog() { log_->toggle(); }

void LiveToolBar::toggleMean() { mean_->toggle(); }

void LiveToolBar::smoothBy(int notches) {
  smoothing_->setValue(smoothing_->value() + notches * kSlider / kNotches);
}

void LiveToolBar::setColumns(int columns) { columns_->setValue(columns); }

int LiveToolBar::columns() const { return columns_->value(); }

void LiveToolBar::save(QSettings& settings) const {
  settings.setValue(QStringLiteral("axis"), axis_->currentIndex());
  settings.setValue(QStringLiteral("smoothing"), smoothing_->value());
  settings.setValue(QStringLiteral("log"), log_->isChecked());
  settings.setValue(QStringLiteral("mean_of_seeds"), mean_->isChecked());
  settings.setValue(QStringLiteral("columns"), columns_->value());
}

void LiveToolBar::restore(const QSettings& settings) {
  axis_->setCurrentIndex(
      qBound(0, settings.value(QStringLiteral("axis"), 0).toInt(), axis_->count() - 1));
  smoothing_->setValue(settings.value(QStringLiteral("smoothing"), 0).toInt());
  log_->setChecked(settings.value(QStringLiteral("log"), false).toBool());
  mean_->setChecked(settings.value(QStringLiteral("mean_of_seeds"), false).toBool());
  columns_->setValue(settings.value(QStringLiteral("columns"), 2).toInt());
}

}  // namespace warmstart::live
