#include "views/runs/sweep_plot.h"

#include <algorithm>
#include <cmath>

#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr double kFaintRun = 0.4;  ///< opacity of single runs
constexpr double kFaintSpread = 0.14;
constexpr double kMargin = 0.08;         ///< of an axis beside what is drawn
constexpr double kLeastApart = 0.06;     ///< of the axis, from one number on it to the next
constexpr int kLegendColours = 8;        ///< then dashes begin
constexpr const char* kLineOf = "line";  ///< of a graph: the whole name of its line
constexpr int kMostInLegend = 16;

QCPRange withMargin(double low, double high, bool logarithmic) {
  if (logarithmic) {
    const double factor = high > low ? std::pow(high / low, kMargin) : 2;
    return {low / factor, high * factor};
  }
  const double margin = high > low ? (high - low) * kMargin : std::max(std::abs(low) * 0.1, 0.5);
  return {low - margin, high + margin};
}

void setScale(QCPAxis& axis, bool logarithmic) {
  axis.setScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
  axis.setTicker(logarithmic ? QSharedPointer<QCPAxisTicker>(new QCPAxisTickerLog)
                             : QSharedPointer<QCPAxisTicker>(new QCPAxisTicker));
  axis.setNumberFormat(QStringLiteral("gb"));
  axis.setNumberPrecision(logarithmic ? 0 : 4);
}

}  // namespace

SweepPlot::SweepPlot(QWidget* parent) : Plot(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Metric against a setting"));
  setToolTip(
      tr("Arrow keys: read points. Space: hide the line. Wheel: zoom. Home: show everything."));
  setMinimumSize(24 * look::kGrid, 16 * look::kGrid);
  setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
  axisRect()->setMinimumMargins(QMargins(0, look::kGrid, look::kGrid, 0));
  addLayer(QStringLiteral("cursor"));
  layer(QStringLiteral("cursor"))->setMode(QCPLayer::lmBuffered);
  read_out_ = new QCPItemText(this);
  ring_ = new QCPItemTracer(this);
  for (QCPAbstractItem* item : std::initializer_list<QCPAbstractItem*>{read_out_, ring_}) {
    item->setLayer(QStringLiteral("cursor"));
    item->setVisible(false);
    item->setSelectable(false);
  }
  read_out_->setPositionAlignment(Qt::AlignTop | Qt::AlignRight);
  read_out_->position->setType(QCPItemPosition::ptAxisRectRatio);
  read_out_->position->setCoords(0.99, 0.02);
  read_out_->setTextAlignment(Qt::AlignRight);
  read_out_->setPadding(QMargins(4, 2, 4, 2));
  ring_->setStyle(QCPItemTracer::tsCircle);
  ring_->setSize(12);
  ring_->position->setType(QCPItemPosition::ptPlotCoords);
  // Beside the axes, so that it covers no point and goes into saved pictures.
  auto* side = new QCPLayoutGrid;
  side->addElement(0, 0, legend);
  more_ = new QCPTextElement(this);
  side->addElement(1, 0, more_);
  side->addElement(2, 0, new QCPLayoutElement(this));  // takes the room that is left
  side->setRowStretchFactor(0, 0.001);
  side->setRowStretchFactor(1, 0.001);
  plotLayout()->addElement(0, 1, side);
  plotLayout()->setColumnStretchFactor(1, 0.001);
  legend->setVisible(true);
  connect(this, &QCustomPlot::legendClick, this,
          [this](QCPLegend*, QCPAbstractLegendItem* item, QMouseEvent*) {
            auto* of = qobject_cast<QCPPlottableLegendItem*>(item);
            if (of == nullptr) return;
            // Not at once: the click's own entry is made anew.
            QMetaObject::invokeMethod(
                this,
                [this, line = of->plottable()->property(kLineOf).toString()] { toggle(line); },
                Qt::QueuedConnection);
          });
  connect(xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this,
          &SweepPlot::stretchLevels);
  paintColours();
}

bool SweepPlot::canBeLog(const std::vector<SweepLine>& lines, Axis axis) {
  for (const SweepLine& line : lines) {
    for (const SweepPoint& point : line.points) {
      if (axis == Axis::kX && !line.level && point.x <= 0) return false;
      for (const SweepSample* sample : point.samples)
        if (axis == Axis::kY && sample->value <= 0) return false;
    }
  }
  return true;
}

void SweepPlot::setLines(const std::vector<SweepLine>& lines, const SweepAxes& axes) {
  lines_ = lines, axes_ = axes;
  read_.reset();
  axes_.log_x = axes.log_x && canBeLog(lines, Axis::kX);
  axes_.log_y = axes.log_y && canBeLog(lines, Axis::kY);
  setScale(*xAxis, axes_.log_x);
  setScale(*yAxis, axes_.log_y);
  setTicks();
  xAxis->setLabel(axes_.x), yAxis->setLabel(axes_.y);
  draw();
  showAll();
}

/// The values of the setting themselves, as far as they have room.
void SweepPlot::setTicks() {
  std::set<double> values;
  for (const SweepLine& line : lines_) {
    for (const SweepPoint& point : line.points)
      if (!line.level) values.insert(point.x);
  }
  if (values.size() < 2) return;
  const auto along = [&](double x) { return axes_.log_x ? std::log(x) : x; };
  const double whole = along(*values.rbegin()) - along(*values.begin());
  auto ticker = QSharedPointer<QCPAxisTickerText>::create();
  double last = -INFINITY;
  for (const double x : values) {
    if (along(x) - last < kLeastApart * whole) continue;
    ticker->addTick(x, QLocale().toString(x, 'g', 6));
    last = along(x);
  }
  xAxis->setTicker(ticker);
}

void SweepPlot::setHidden(const QString& line, bool hidden) {
  hidden ? void(hidden_.insert(line)) : void(hidden_.erase(line));
  read_.reset();
  draw();
  showAll();
}

void SweepPlot::toggle(const QString& line) { setHidden(line, !hidden_.contains(line)); }

QColor SweepPlot::colourOf(std::size_t line) const {
  return look::category(static_cast<int>(line));
}

QCPGraph* SweepPlot::lineGraph(const QColor& colour, double width, Qt::PenStyle style) {
  QCPGraph* graph = addGraph();
  graph->setPen(QPen(colour, width, style));
  graph->setSelectable(QCP::stNone);
  graph->removeFromLegend();
  return graph;
}

void SweepPlot::addToLegend(QCPGraph& graph, const SweepLine& line) const {
  constexpr int kMostLetters = 36;
  const QFontMetrics metrics(font());
  graph.setName(
      metrics.elidedText(line.name, Qt::ElideMiddle, kMostLetters * metrics.averageCharWidth()));
  graph.setProperty(kLineOf, line.name);
  if (legend->itemCount() < kMostInLegend) graph.addToLegend();
}

void SweepPlot::draw() {
  clearPlottables();
  levels_.clear();
  const int more = static_cast<int>(lines_.size()) - kMostInLegend;
  more_->setText(more > 0 ? tr("and %1 more").arg(more) : QString());
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (hidden(i)) {
      QCPGraph* entry = lineGraph(look::faint(), 1.75);  // nothing but its place in the legend
      addToLegend(*entry, lines_[i]);
      if (auto* item = legend->itemWithPlottable(entry)) item->setTextColor(look::faint());
      continue;
    }
    lines_[i].level ? drawLevel(lines_[i], colourOf(i)) : drawLine(lines_[i], colourOf(i));
  }
}

void SweepPlot::drawLine(const SweepLine& line, const QColor& colour) {
  QVector<double> x, y, spread, run_x, run_y;
  for (const SweepPoint& point : line.points) {
    x += point.x, y += point.mean, spread += point.deviation;
    if (point.samples.size() < 2) continue;
    for (const SweepSample* sample : point.samples) run_x += point.x, run_y += sample->value;
  }
  QCPGraph* runs = lineGraph(colour, 1);
  runs->setLineStyle(QCPGraph::lsNone);
  runs->setScatterStyle(
      QCPScatterStyle(QCPScatterStyle::ssDisc, look::withOpacity(colour, kFaintRun), 4));
  runs->setData(run_x, run_y, true);
  const auto place = static_cast<std::size_t>(&line - lines_.data());
  QCPGraph* means =
      lineGraph(colour, 1.75, place < kLegendColours ? Qt::SolidLine : Qt::DashDotLine);
  means->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, colour, 7));
  means->setData(x, y, true);
  addToLegend(*means, line);
  auto* bars = new QCPErrorBars(xAxis, yAxis);
  bars->removeFromLegend();
  bars->setSelectable(QCP::stNone);
  bars->setDataPlottable(means);
  bars->setData(spread);
  bars->setPen(QPen(colour, 1.25));
}

void SweepPlot::drawLevel(const SweepLine& line, const QColor& colour) {
  const SweepPoint& point = line.points.front();
  QCPGraph *bottom = lineGraph(Qt::transparent, 1), *top = lineGraph(Qt::transparent, 1);
  top->setBrush(look::withOpacity(colour, kFaintSpread));
  top->setChannelFillGraph(bottom);
  QCPGraph* mean = lineGraph(colour, 1.75, Qt::DashLine);
  addToLegend(*mean, line);
  levels_.emplace_back(bottom, point.mean - point.deviation);
  levels_.emplace_back(top, point.mean + point.deviation);
  levels_.emplace_back(mean, point.mean);
  stretchLevels();
}

void SweepPlot::stretchLevels() {
  const QCPRange all = xAxis->range();
  for (const auto& [graph, height] : levels_)
    graph->setData({all.lower, all.upper}, {height, height}, true);
}

void SweepPlot::showAll() {
  double left = INFINITY, right = -INFINITY, low = INFINITY, high = -INFINITY;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    for (const SweepPoint& point : lines_[i].points) {
      if (!lines_[i].level) left = std::min(left, point.x), right = std::max(right, point.x);
      if (hidden(i)) continue;
      for (const SweepSample* sample : point.samples)
        low = std::min(low, sample->value), high = std::max(high, sample->value);
      high = std::max(high, point.mean + point.deviation);
      const double below = point.mean - point.deviation;
      if (!axes_.log_y || below > 0) low = std::min(low, below);
    }
  }
  if (left <= right) xAxis->setRange(withMargin(left, right, axes_.log_x));
  if (low <= high) yAxis->setRange(withMargin(low, high, axes_.log_y));
  read(read_);
  drawSoon();
}

void SweepPlot::paintColours() {
  legend->setBrush(Qt::NoBrush);
  legend->setBorderPen(Qt::NoPen);
  legend->setTextColor(palette().color(QPalette::Text));
  legend->setFont(font());
  more_->setFont(font());
  more_->setTextColor(look::faint());
  read_out_->setFont(font());
  read_out_->setColor(palette().color(QPalette::Text));
  read_out_->setBrush(look::withOpacity(look::surface(), 0.85));
  ring_->setPen(QPen(look::accent(), 2));
}

void SweepPlot::changeEvent(QEvent* event) {
  Plot::changeEvent(event);
  if (event->type() != QEvent::PaletteChange) return;
  paintColours();
  draw();
}

}  // namespace warmstart
