#include "views/live/metric_plot.h"

#include <algorithm>
#include <cmath>

#include "views/live/curve_points.h"
#include "views/look/theme.h"

namespace warmstart::live {
namespace {

constexpr double kFaint = 0.28;  ///< opacity of the raw line behind its smoothed one
constexpr double kBand = 0.16;   ///< of the spread about a mean

QCPItemStraightLine* verticalLine(QCustomPlot* plot, const QString& layer) {
  auto* line = new QCPItemStraightLine(plot);
  line->setLayer(layer);
  line->setVisible(false);
  line->setSelectable(false);
  for (QCPItemPosition* end : {line->point1, line->point2}) {
    end->setTypeX(QCPItemPosition::ptPlotCoords);
    end->setTypeY(QCPItemPosition::ptAxisRectRatio);
  }
  return line;
}

QString axisTitle(XAxis axis) {
  switch (axis) {
    case XAxis::kStep:
      return MetricPlot::tr("Step");
    case XAxis::kRelativeTime:
      return MetricPlot::tr("Time since the start (s)");
    case XAxis::kWallTime:
      return MetricPlot::tr("Time of day");
    case XAxis::kSamples:
      return MetricPlot::tr("Samples seen");
  }
  return {};
}

}  // namespace

MetricPlot::MetricPlot(std::string metric, const ShownRuns& runs, QWidget* parent)
    : Plot(parent), metric_(std::move(metric)), runs_(runs), heading_(new QCPTextElement(this)) {
  setMinimumSize(24 * look::kGrid, 24 * look::kGrid);
  setAccessibleName(tr("Plot of %1").arg(QString::fromStdString(metric_)));
  setMouseTracking(true);
  // One left margin for all plots, so that their frames stand under each other.
  axisRect()->setAutoMargins(QCP::msTop | QCP::msRight | QCP::msBottom);
  axisRect()->setMargins(QMargins(7 * look::kGrid, 0, 0, 0));
  axisRect()->setMinimumMargins(QMargins(0, look::kGrid, 2 * look::kGrid, 0));
  plotLayout()->insertRow(0);
  plotLayout()->addElement(0, 0, heading_);
  plotLayout()->setRowSpacing(0);
  heading_->setTextFlags(Qt::AlignLeft | Qt::AlignVCenter);
  heading_->setMargins(QMargins(look::kGrid, look::kGrid / 4, 0, 0));
  setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
  setNoAntialiasingOnDrag(true);
  setPlottingHint(QCP::phFastPolylines);
  addLayer(QStringLiteral("cursor"));
  layer(QStringLiteral("cursor"))->setMode(QCPLayer::lmBuffered);
  chosen_ = verticalLine(this, QStringLiteral("main"));
  cursor_ = verticalLine(this, QStringLiteral("cursor"));
  read_out_ = new QCPItemText(this);
  read_out_->setLayer(QStringLiteral("cursor"));
  read_out_->setPositionAlignment(Qt::AlignTop | Qt::AlignRight);
  read_out_->position->setType(QCPItemPosition::ptAxisRectRatio);
  read_out_->position->setCoords(0.99, 0.02);
  read_out_->setTextAlignment(Qt::AlignRight);
  read_out_->setPadding(QMargins(4, 2, 4, 2));
  read_out_->setVisible(false);
  connect(xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this,
          [this](const QCPRange& range) {
            if (fitting_) return;
            whole_ = false;
            drawCurves();
            emit windowChanged(range);
          });
  yAxis2->setRange(0, 1);  // heights of marks; not shown
  paintColours();
  setAxes();
}

void MetricPlot::putLine(QCPItemStraightLine* line, double x) {
  line->point1->setCoords(x, 0);
  line->point2->setCoords(x, 1);
  line->setVisible(true);
}

void MetricPlot::setAxes() {
  if (style_.axis == XAxis::kWallTime) {
    auto ticker = QSharedPointer<QCPAxisTickerDateTime>::create();
    ticker->setDateTimeFormat(QStringLiteral("HH:mm:ss"));
    xAxis->setTicker(ticker);
  } else {
    xAxis->setTicker(QSharedPointer<QCPAxisTicker>::create());
  }
  xAxis->setNumberFormat(QStringLiteral("gb"));
  xAxis->setNumberPrecision(8);
  xAxis->ticker()->setTickCount(5);
  xAxis->setLabel(axisTitle(style_.axis));
  yAxis->setScaleType(style_.log_y ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
  if (style_.log_y) {
    yAxis->setTicker(QSharedPointer<QCPAxisTickerLog>::create());
  } else {
    yAxis->setTicker(QSharedPointer<QCPAxisTicker>::create());
  }
  yAxis->setNumberFormat(QStringLiteral("gb"));
  yAxis->setNumberPrecision(style_.log_y ? 0 : 4);
  writeHeading();
}

/// Above the plot, where long names have more room than at the axis.
void MetricPlot::writeHeading() {
  const QString all = title_.isEmpty() ? QString::fromStdString(metric_) : title_;
  heading_->setText(
      fontMetrics().elidedText(all, Qt::ElideMiddle, std::max(0, width() - 3 * look::kGrid)));
}

void MetricPlot::paintColours() {
  const QColor text = palette().color(QPalette::Text);
  chosen_->setPen(QPen(look::accent(), 1.5));
  cursor_->setPen(QPen(look::faint(), 1, Qt::DashLine));
  read_out_->setFont(font());
  read_out_->setColor(text);
  heading_->setFont(font());
  heading_->setTextColor(text);
  read_out_->setBrush(look::withOpacity(look::surface(), 0.85));
}

void MetricPlot::setTitle(const QString& title) {
  title_ = title;
  setAccessibleName(tr("Plot of %1").arg(title));
  setAxes();
}

void MetricPlot::setPlotStyle(const PlotStyle& style) {
  if (style == style_) return;
  whole_ |= style.axis != style_.axis;
  style_ = style;
  setAxes();
  refresh();
}

void MetricPlot::refresh() {
  stale_ = true;
  // Out of sight (hidden page, scrolled away) it costs nothing.
  if (isVisible() && !visibleRegion().isEmpty()) {
    whole_ ? showAll() : drawCurves();
  } else {
    update();
  }
}

void MetricPlot::drawNow() {
  if (stale_) whole_ ? showAll() : drawCurves();
}

void MetricPlot::showAll() {
  whole_ = true;
  std::optional<QCPRange> all;
  for (const auto& run : runs_) {
    const ScalarSeries* series = seriesOf(*run);
    if (!series || series->size() == 0) continue;
    const QCPRange own(run->x(*series, 0, style_.axis),
                       run->x(*series, series->size() - 1, style_.axis));
    all = all ? QCPRange(std::min(all->lower, own.lower), std::max(all->upper, own.upper)) : own;
  }
  fitting_ = true;
  if (all) {
    const double margin = all->size() > 0 ? all->size() * 0.01 : 0.5;
    xAxis->setRange(all->lower - margin, all->upper + margin);
  }
  fitting_ = false;
  drawCurves();
}

void MetricPlot::setWindow(const QCPRange& range) {
  fitting_ = true;
  xAxis->setRange(range);
  fitting_ = false;
  whole_ = false;
  refresh();
}

QCPGraph* MetricPlot::line(const QPen& pen) {
  QCPGraph* graph = used_graphs_ < graphCount() ? this->graph(used_graphs_) : addGraph();
  ++used_graphs_;
  graph->setValueAxis(yAxis);
  graph->setLineStyle(QCPGraph::lsLine);
  graph->setChannelFillGraph(nullptr);
  graph->setBrush(Qt::NoBrush);
  graph->setScatterStyle(QCPScatterStyle::ssNone);
  graph->setPen(pen);
  graph->setSelectable(QCP::stNone);
  graph->setAdaptiveSampling(false);  // the points are thinned already
  return graph;
}

void MetricPlot::drawCurves() {
  stale_ = false;
  used_graphs_ = 0;
  drawn_points_ = 0;
  for (const std::vector<ShownRun*>& group : groups()) {
    group.size() > 1 ? drawGroup(group) : drawRun(*group.front());
  }
  drawMarks();
  while (graphCount() > used_graphs_) removeGraph(graphCount() - 1);
  drawStages();
  fitY();
  drawSoon();
}

void MetricPlot::drawRun(ShownRun& run) {
  const ScalarSeries* series = seriesOf(run);
  if (!series || series->size() == 0) return;
  const std::shared_ptr<const Curve> ready = run.curve(metric_, *series, style_.smoothing);
  const Curve& curve = *ready;
  drawn_points_ += curve.size();
  const Window window{xAxis->range().lower, xAxis->range().upper,
                      std::max(axisRect()->width(), 64)};
  const auto x = [&](std::size_t at) { return run.x(*series, at, style_.axis); };
  const auto draw = [&](const Numbers& values, const Extremes& extremes, const QPen& pen) {
    const std::vector<Point> points = pointsInWindow(values, extremes, x, window);
    QVector<QCPGraphData> data;
    data.reserve(static_cast<qsizetype>(points.size()));
    for (const Point& point : points) data.append(QCPGraphData(point.x, point.y));
    QCPGraph* graph = line(pen);
    graph->data()->set(data, true);
    if (points.size() < 2)
      graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, pen.color(), 6));
  };
  const bool smooth = style_.smoothing > 0 && !curve.smooth().empty();
  // The raw line behind a smoothed one is noise: dashes would not be seen in it.
  draw(series->value, curve.raw(),
       smooth ? QPen(look::withOpacity(run.colour(), kFaint), 1) : run.pen(1.5));
  if (smooth) draw(curve.smooth(), curve.smoothExtremes(), run.pen(1.75));
}

QCPItemStraightLine* MetricPlot::addEdge(double x) {
  auto* edge = verticalLine(this, QStringLiteral("grid"));
  edge->setPen(QPen(look::line(), 1));
  putLine(edge, x);
  return edge;
}

/// Runs that differ in their seed alone, as their mean with its spread.
void MetricPlot::drawGroup(const std::vector<ShownRun*>& group) {
  const QColor colour = group.front()->colour();
  QVector<QCPGraphData> mean, low, high;
  for (const BandPoint& point : bandOf(group, {xAxis->range().lower, xAxis->range().upper,
                                               std::max(axisRect()->width(), 64)})) {
    mean.append(QCPGraphData(point.x, point.mean));
    low.append(QCPGraphData(point.x, point.mean - point.deviation));
    high.append(QCPGraphData(point.x, point.mean + point.deviation));
  }
  const QPen edge(look::withOpacity(colour, kFaint), 1);
  QCPGraph *bottom = line(edge), *top = line(edge);
  bottom->data()->set(low, true);
  top->data()->set(high, true);
  top->setBrush(look::withOpacity(colour, kBand));
  top->setChannelFillGraph(bottom);
  line(group.front()->pen(1.75))->data()->set(mean, true);
}

std::vector<BandPoint> MetricPlot::bandOf(const std::vector<ShownRun*>& group,
                                          const Window& window) {
  std::vector<std::shared_ptr<const Curve>> curves;
  std::vector<BandSource> sources;
  for (ShownRun* run : group) {
    const ScalarSeries* series = seriesOf(*run);
    if (!series || series->size() == 0) continue;
    const Curve& curve = *curves.emplace_back(run->curve(metric_, *series, style_.smoothing));
    const bool smooth = style_.smoothing > 0 && !curve.smooth().empty();
    const Numbers& values = smooth ? curve.smooth() : series->value;
    sources.push_back(
        {&values, std::min(values.size(), series->size()),
         [this, run, series](std::size_t at) { return run->x(*series, at, style_.axis); }});
  }
  return seedBand(sources, window);
}

std::vector<std::vector<ShownRun*>> MetricPlot::groups() const {
  std::vector<std::vector<ShownRun*>> groups;
  for (const auto& run : runs_) {
    if (!seriesOf(*run)) continue;
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
      return style_.mean_of_seeds && group.front()->group == run->group;
    });
    if (same != groups.end()) {
      same->push_back(run.get());
    } else {
      groups.push_back({run.get()});
    }
  }
  return groups;
}

const ScalarSeries* MetricPlot::seriesOf(const ShownRun& run) const {
  if (!run.visible || (style_.axis == XAxis::kSamples && !run.knowsSamples())) return nullptr;
  return run.series(metric_);
}

void MetricPlot::reset() {
  y_.reset();
  showAll();
}

void MetricPlot::setRanges(const std::optional<QCPRange>& x, const std::optional<QCPRange>& y) {
  y_ = y;
  if (x) {
    setWindow(*x);
    emit windowChanged(*x);
  } else {
    showAll();
  }
}

void MetricPlot::fitY() {
  if (y_) {
    yAxis->setRange(*y_);
    return;
  }
  bool found = false;
  const auto sign = style_.log_y ? QCP::sdPositive : QCP::sdBoth;
  QCPRange all;
  for (int i = 0; i < graphCount(); ++i) {
    if (graph(i)->valueAxis() != yAxis) continue;
    bool has = false;
    const QCPRange own = graph(i)->getValueRange(has, sign, xAxis->range());
    if (!has) continue;
    all = found ? all.expanded(own) : own;
    found = true;
  }
  if (!found) return;
  if (style_.log_y) {
    yAxis->setRange(all.lower / 1.1, all.upper * 1.1);
    return;
  }
  const double margin =
      all.size() > 0 ? all.size() * 0.06 : std::max(std::abs(all.lower), 1e-6) * 0.1;
  yAxis->setRange(all.lower - margin, all.upper + margin);
}

}  // namespace warmstart::live
