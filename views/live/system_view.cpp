#include "views/live/system_view.h"

#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>
#include <QStackedWidget>
#include <algorithm>

#include "views/desk/empty_state.h"
#include "views/look/theme.h"

namespace warmstart::live {
namespace {

constexpr int kLookMilliseconds = 2000;

struct SystemPlot {
  const char* metric;
  const char* title;
};

/// In the order of the page; a plot is made when some run has the metric.
constexpr std::array<SystemPlot, 7> kSystemPlots{
    {{"samples_per_second", QT_TRANSLATE_NOOP("SystemView", "Throughput (samples/s)")},
     {"step_seconds", QT_TRANSLATE_NOOP("SystemView", "Step time (s)")},
     {"loader_wait_share", QT_TRANSLATE_NOOP("SystemView", "Waiting for the loader (share)")},
     {"system.resident_gib", QT_TRANSLATE_NOOP("SystemView", "Memory of the worker (GiB)")},
     {"system.cpu_cores", QT_TRANSLATE_NOOP("SystemView", "Processors of the worker")},
     {"system.gpu_share", QT_TRANSLATE_NOOP("SystemView", "GPU busy (share)")},
     {"system.gpu_memory_gib", QT_TRANSLATE_NOOP("SystemView", "GPU memory in use (GiB)")}}};

}  // namespace

SystemView::SystemView(const ShownRuns& runs, QWidget* parent)
    : QWidget(parent),
      runs_(runs),
      pages_(new QStackedWidget(this)),
      empty_(new EmptyState(this)),
      sheet_(new QWidget(this)),
      grid_(new QGridLayout(sheet_)),
      machine_(new QLabel(this)) {
  empty_->setContent(QStringLiteral("chart"),
                     tr("The shown runs have not said yet how fast they are."));
  grid_->setSpacing(look::kGrid);
  grid_->setContentsMargins(look::kGrid, look::kGrid, look::kGrid, look::kGrid);
  auto* scroll = new QScrollArea(this);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidget(sheet_);
  pages_->addWidget(empty_);
  pages_->addWidget(scroll);
  machine_->setContentsMargins(2 * look::kGrid, look::kGrid, look::kGrid, look::kGrid);
  machine_->setAccessibleName(tr("This machine now"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(pages_, 1);
  column->addWidget(machine_);
  clock_.setInterval(kLookMilliseconds);
  connect(&clock_, &QTimer::timeout, this, &SystemView::readMachine);
}

void SystemView::addPlot(const std::string& metric, const QString& title) {
  auto* plot = new MetricPlot(metric, runs_, sheet_);
  plot->setTitle(title);
  plot->setPlotStyle(style_);
  connect(plot, &MetricPlot::windowChanged, this, [this, plot](const QCPRange& range) {
    for (MetricPlot* other : plots_) {
      if (other != plot) other->setWindow(range);
    }
  });
  connect(plot, &MetricPlot::cursorMoved, this, [this](std::optional<double> x) {
    for (MetricPlot* each : plots_) each->setCursorAt(x);
  });
  connect(plot, &MetricPlot::stepChosen, this, &SystemView::stepChosen);
  connect(plot, &MetricPlot::resetWanted, this, &SystemView::reset);
  const int at = static_cast<int>(plots_.size());
  grid_->addWidget(plot, at / 2, at % 2);
  plots_.push_back(plot);
  plot->show();
}

void SystemView::addPlots() {
  for (const SystemPlot& wanted : kSystemPlots) {
    const bool made = std::any_of(plots_.begin(), plots_.end(), [&](const MetricPlot* plot) {
      return plot->metric() == wanted.metric;
    });
    const bool known = std::any_of(runs_.begin(), runs_.end(), [&](const auto& run) {
      return run->series(wanted.metric) != nullptr;
    });
    if (known && !made) addPlot(wanted.metric, tr(wanted.title));
  }
}

void SystemView::refresh() {
  if (!isVisible()) return;  // shown, it refreshes itself
  addPlots();
  pages_->setCurrentIndex(plots_.empty() ? 0 : 1);
  for (MetricPlot* plot : plots_) plot->refresh();
}

void SystemView::reset() {
  for (MetricPlot* plot : plots_) plot->reset();
}

void SystemView::setPlotStyle(const PlotStyle& style) {
  style_ = style;
  for (MetricPlot* plot : plots_) plot->setPlotStyle(style);
}

void SystemView::setChosenStep(qint64 step) {
  for (MetricPlot* plot : plots_) plot->setChosenStep(step);
}

void SystemView::readMachine() { machine_->setText(tr("This machine now: %1").arg(load_.read())); }

QString SystemView::machineText() const { return machine_->text(); }

void SystemView::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  readMachine();
  clock_.start();
  refresh();
}

void SystemView::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  clock_.stop();
}

}  // namespace warmstart::live
