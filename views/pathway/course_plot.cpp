#include "views/pathway/course_plot.h"

#include <algorithm>
#include <cmath>

#include "core/pathway/grokking_monitor.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr double kBandFrom = 1.06, kBandTo = 1.16;  ///< of the axis of shares
constexpr double kLineTo = 1.01;                    ///< lines end below the band and its words

QString stateText(int state) {
  switch (static_cast<GrokkingState>(state)) {
    case GrokkingState::kLearning:
      return CoursePlot::tr("learning");
    case GrokkingState::kMemorized:
      return CoursePlot::tr("memorized");
    case GrokkingState::kGeneralizing:
      return CoursePlot::tr("generalizing");
    case GrokkingState::kPlateau:
      return CoursePlot::tr("plateau");
  }
  return {};
}

}  // namespace

QColor grokkingStateColour(int state) {
  switch (static_cast<GrokkingState>(state)) {
    case GrokkingState::kLearning:
      return look::faint();
    case GrokkingState::kMemorized:
      return look::warning();
    case GrokkingState::kGeneralizing:
      return look::good();
    case GrokkingState::kPlateau:
      return look::accent();
  }
  return look::faint();
}

CoursePlot::CoursePlot(QWidget* parent) : Plot(parent) {
  setMinimumSize(32 * look::kGrid, 27 * look::kGrid);
  setAccessibleName(tr("Course of the run"));
  setInteractions(QCP::iRangeDrag | QCP::iRangeZoom | QCP::iSelectLegend);
  axisRect()->setRangeDrag(Qt::Horizontal);
  axisRect()->setRangeZoom(Qt::Horizontal);
  xAxis->setLabel(tr("Step"));
  yAxis->setLabel(tr("Share or distance"));
  yAxis2->setLabel(tr("Loss (nats)"));
  yAxis2->setVisible(true);
  yAxis2->setScaleType(QCPAxis::stLogarithmic);
  yAxis2->setTicker(QSharedPointer<QCPAxisTickerLog>::create());
  yAxis2->setNumberFormat(QStringLiteral("gb"));
  yAxis2->setNumberPrecision(0);
  legend->setVisible(true);
  legend->setSelectableParts(QCPLegend::spItems);
  // Below the plot: over it, it would hide curves.
  auto* row = new QCPLayoutGrid;
  plotLayout()->addElement(1, 0, row);
  row->setMargins(QMargins(0, 0, 0, 2));
  row->addElement(0, 0, legend);
  legend->setFillOrder(QCPLegend::foColumnsFirst);
  plotLayout()->setRowStretchFactor(1, 0.001);
  connect(this, &QCustomPlot::legendClick, this, [this](QCPLegend*, QCPAbstractLegendItem* item) {
    auto* entry = qobject_cast<QCPPlottableLegendItem*>(item);
    if (entry == nullptr) return;
    const QString name = entry->plottable()->name();
    const bool shown = hidden_.removeAll(name) > 0;
    if (!shown) hidden_ += name;
    setShown(entry->plottable(), shown);
    drawSoon();
  });
  paintLegend();
}

void CoursePlot::paintLegend() {
  const QColor text = palette().color(QPalette::Text);
  legend->setBrush(Qt::NoBrush);
  legend->setBorderPen(Qt::NoPen);
  legend->setFont(font());
  legend->setTextColor(text);
  legend->setSelectedTextColor(text);
  legend->setSelectedFont(font());
  legend->setSelectedBorderPen(Qt::NoPen);
  legend->setSelectedIconBorderPen(Qt::NoPen);
}

void CoursePlot::setShown(QCPAbstractPlottable* curve, bool shown) {
  curve->setVisible(shown);
  QColor text = palette().color(QPalette::Text);
  text.setAlpha(shown ? 255 : 90);
  legend->itemWithPlottable(curve)->setTextColor(text);
}

void CoursePlot::addCurve(const QString& name, const char* series, const QColor& colour,
                          Qt::PenStyle style, QCPAxis* axis) {
  const std::vector<double>* values = timeline_.find(series);
  if (values == nullptr) return;
  QVector<double> x, y;
  for (std::size_t i = 0; i < values->size(); ++i) {
    if (!std::isfinite((*values)[i]) || (axis == yAxis2 && (*values)[i] <= 0)) continue;
    x.push_back(timeline_.step[i]);
    y.push_back((*values)[i]);
  }
  if (x.isEmpty()) return;
  QCPGraph* graph = addGraph(xAxis, axis);
  graph->setData(x, y, true);
  graph->setName(name);
  graph->setPen(QPen(colour, style == Qt::SolidLine ? 1.75 : 1.25, style));
  setShown(graph, !hidden_.contains(name));
}

void CoursePlot::moveLine(QCPItemLine* line, double step) {
  line->start->setCoords(step, 0);
  line->end->setCoords(step, kLineTo);
}

QCPItemLine* CoursePlot::addLine(double step, const QColor& colour, Qt::PenStyle style) {
  auto* line = new QCPItemLine(this);
  moveLine(line, step);
  line->setPen(QPen(colour, 1.25, style));
  line->setSelectable(false);
  return line;
}

void CoursePlot::addState(double begin, double end, int state) {
  auto* band = new QCPItemRect(this);
  band->topLeft->setCoords(begin, kBandTo);
  band->bottomRight->setCoords(end, kBandFrom);
  QColor colour = grokkingStateColour(state);
  band->setPen(Qt::NoPen);
  colour.setAlpha(150);
  band->setBrush(colour);
  band->setSelectable(false);
  const double share = (end - begin) / std::max(1.0, timeline_.step.back());
  if (share < 0.12) return;
  auto* text = new QCPItemText(this);
  text->position->setCoords((begin + end) / 2, (kBandFrom + kBandTo) / 2);
  text->setText(stateText(state));
  text->setColor(palette().color(QPalette::Text));
  text->setFont(font());
  text->setSelectable(false);
}

void CoursePlot::addStates() {
  const std::vector<double>* states = timeline_.find("state");
  if (states == nullptr) return;
  const std::vector<double>& step = timeline_.step;
  std::size_t first = 0;
  for (std::size_t i = 1; i <= states->size(); ++i) {
    if (i < states->size() && (*states)[i] == (*states)[first]) continue;
    if (!std::isnan((*states)[first]))
      addState(first == 0 ? 0 : step[first - 1], step[i - 1], static_cast<int>((*states)[first]));
    first = i;
  }
}

void CoursePlot::setTimeline(const GrokkingTimeline& timeline) {
  timeline_ = timeline;
  clearGraphs();
  clearItems();
  step_line_ = nullptr;
  const auto share = [this](const QString& name, const char* series, int colour) {
    addCurve(name, series, look::category(colour), Qt::SolidLine, yAxis);
  };
  share(tr("Accuracy, unseen"), "unseen", 0);
  share(tr("Accuracy, trace"), "accuracy", 5);
  share(tr("Memorized samples"), "memorized_samples", 7);
  share(tr("Distance ratio"), "ratio", 1);
  share(tr("Distance"), "distance", 2);
  addCurve(tr("Memorized pairs"), "memorized_distance", look::category(2),
           Qt::DashDotLine, yAxis);
  share(tr("Complexity (paper)"), "complexity", 4);
  share(tr("Complexity (plain)"), "complexity_plain", 3);
  addCurve(tr("Loss"), "loss", look::category(6), Qt::DashLine, yAxis2);
  if (!timeline_.step.empty()) {
    addStates();
    const bool whole = last_ == 0 || xAxis->range() == QCPRange(0, last_);
    last_ = timeline_.step.back();
    if (whole) xAxis->setRange(0, last_);
  }
  yAxis->setRange(0, kBandTo + 0.02);
  yAxis2->rescale(true);
  yAxis2->setRange(yAxis2->range().lower * 0.7, yAxis2->range().upper * 3);
  if (!std::isnan(timeline_.memorized_at))
    addLine(timeline_.memorized_at, look::warning(), Qt::DashLine);
  wrapLegend();
  setStep(step_);
}

void CoursePlot::forgetZoom() { last_ = 0; }

void CoursePlot::setStep(double step) {
  step_ = step;
  if (step_line_ == nullptr && step >= 0) step_line_ = addLine(step, look::accent(), Qt::SolidLine);
  if (step_line_ != nullptr) moveLine(step_line_, step);
  drawSoon();
}

QStringList CoursePlot::curves() const {
  QStringList names;
  for (int i = 0; i < graphCount(); ++i) names += graph(i)->name();
  return names;
}

QCPGraph* CoursePlot::curve(const QString& name) const {
  for (int i = 0; i < graphCount(); ++i) {
    if (graph(i)->name() == name) return graph(i);
  }
  return nullptr;
}

void CoursePlot::wrapLegend() {
  int widest = 1;
  for (int place = 0; place < legend->elementCount(); ++place) {  // some have no item
    if (const QCPLayoutElement* item = legend->elementAt(place))
      widest = std::max(widest, item->minimumOuterSizeHint().width());
  }
  legend->setWrap(std::max(1, width() / (widest + legend->columnSpacing())));
  legend->setFillOrder(QCPLegend::foColumnsFirst, true);
}

void CoursePlot::resizeEvent(QResizeEvent* event) {
  wrapLegend();
  Plot::resizeEvent(event);
}

void CoursePlot::changeEvent(QEvent* event) {
  Plot::changeEvent(event);
  if (event->type() != QEvent::PaletteChange) return;
  paintLegend();
  setTimeline(GrokkingTimeline(timeline_));
}

}  // namespace warmstart
