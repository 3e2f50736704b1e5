// What stands on a MetricPlot beside its curves: bands of the stages,
// checkpoints, the best validation, alerts, and points that are no number.
#include <algorithm>
#include <cmath>

#include "views/live/metric_plot.h"
#include "views/look/theme.h"

namespace warmstart::live {
namespace {

constexpr double kBottom = 0.03,
                 kTop = 0.97;  ///< heights of marks, as shares of the plot

QCPScatterStyle shapeOf(MarkKind kind, const QColor& colour) {
  switch (kind) {
    case MarkKind::kCheckpoint:
      return {QCPScatterStyle::ssTriangle, QPen(colour, 1), QBrush(colour), 7};
    case MarkKind::kBest:
      return {QCPScatterStyle::ssStar, QPen(colour, 1.5), Qt::NoBrush, 9};
    case MarkKind::kNotFinite:
      return {QCPScatterStyle::ssCross, QPen(look::bad(), 2), Qt::NoBrush, 8};
    case MarkKind::kAlert:
      return {QCPScatterStyle::ssTriangleInverted, QPen(look::warning(), 1),
              QBrush(look::warning()), 8};
  }
  return {};
}

QString wordOf(MarkKind kind) {
  switch (kind) {
    case MarkKind::kCheckpoint:
      return MetricPlot::tr("checkpoint");
    case MarkKind::kBest:
      return MetricPlot::tr("best validation");
    case MarkKind::kNotFinite:
      return MetricPlot::tr("not finite");
    case MarkKind::kAlert:
      return MetricPlot::tr("alert");
  }
  return {};
}

/// The series on which an alert's rule looked.
std::string metricOf(const Alert& alert, const RunHistory& history) {
  switch (alert.rule) {
    case AlertRule::kGradient:
      return "gradient_norm";
    case AlertRule::kLoader:
      return "loader_wait_share";
    case AlertRule::kPlateau: {
      const auto metric = deciding_metric(history);
      return metric ? metric->series : std::string();
    }
    default:
      return "loss";
  }
}

}  // namespace

void MetricPlot::drawStages() {
  for (QCPAbstractItem* item : stages_) removeItem(item);
  stages_.clear();
  if (runs_.empty()) return;
  const ShownRun& run = *runs_.front();
  const std::vector<Json>& stages = run.log().stages;
  for (std::size_t i = 0; stages.size() > 1 && i < stages.size(); ++i) {
    const auto place = [&](std::size_t stage) {
      return stage < stages.size()
                 ? run.xAt(stages[stage]["global_step"].get<double>(), style_.axis)
                 : run.xAt(static_cast<double>(run.log().step), style_.axis);
    };
    const std::optional<double> begin = place(i), end = place(i + 1);
    if (begin && end) addStage(*begin, *end, i, QString::fromStdString(stages[i]["stage"]));
  }
}

void MetricPlot::addStage(double begin, double end, std::size_t index, const QString& name) {
  auto* band = new QCPItemRect(this);
  auto* text = new QCPItemText(this);
  for (QCPItemPosition* corner : {band->topLeft, band->bottomRight, text->position}) {
    corner->setTypeX(QCPItemPosition::ptPlotCoords);
    corner->setTypeY(QCPItemPosition::ptAxisRectRatio);
  }
  QColor shade = look::accent();
  shade.setAlphaF(index % 2 == 0 ? 0.05F : 0.11F);
  band->setLayer(QStringLiteral("background"));
  band->setPen(Qt::NoPen);
  band->setBrush(shade);
  band->setSelectable(false);
  band->topLeft->setCoords(begin, 0);
  band->bottomRight->setCoords(end, 1);
  auto* edge = addEdge(begin);
  text->setLayer(QStringLiteral("grid"));
  text->setPositionAlignment(Qt::AlignLeft | Qt::AlignTop);
  text->position->setCoords(begin, 0.0);
  text->setPadding(QMargins(4, 2, 0, 0));
  text->setColor(look::faint());
  text->setFont(font());
  text->setText(name);
  for (QCPAbstractItem* item : std::initializer_list<QCPAbstractItem*>{band, edge, text})
    stages_.push_back(item);
}

void MetricPlot::addMark(const ShownRun& run, MarkKind kind, double step) {
  const std::optional<double> x = run.xAt(step, style_.axis);
  if (!x || !xAxis->range().contains(*x)) return;
  // Marks that fall on one pixel are one mark.
  if (!marks_.empty()) {
    const Mark& last = marks_.back();
    if (last.run == &run && last.kind == kind &&
        std::abs(xAxis->coordToPixel(last.x) - xAxis->coordToPixel(*x)) < 1)
      return;
  }
  marks_.push_back({*x, kind, &run, wordOf(kind)});
}

void MetricPlot::collectMarks() {
  marks_.clear();
  for (const auto& run : runs_) {
    const ScalarSeries* series = seriesOf(*run);
    if (!series) continue;
    for (const Json& checkpoint : run->log().checkpoints)
      addMark(*run, MarkKind::kCheckpoint, checkpoint.value("global_step", 0.0));
    if (const auto best = best_validation(run->log()))
      addMark(*run, MarkKind::kBest, static_cast<double>(*best));
    const std::shared_ptr<const Curve> curve = run->curve(metric_, *series, style_.smoothing);
    for (const std::size_t at : curve->notFinite()) {
      if (at < series->size()) addMark(*run, MarkKind::kNotFinite, series->step[at]);
    }
    if (metric_ == "loss") {
      for (const std::int64_t step : skipped_steps(run->log()))
        addMark(*run, MarkKind::kNotFinite, static_cast<double>(step));
    }
    for (const Alert& alert : run->alerts) {
      if (metricOf(alert, run->log()) == metric_)
        addMark(*run, MarkKind::kAlert, static_cast<double>(alert.step));
    }
  }
}

void MetricPlot::drawMarks() {
  collectMarks();
  // One graph of points for each run and kind, on an axis of heights.
  std::map<std::pair<const ShownRun*, MarkKind>, QVector<QCPGraphData>> places;
  for (const Mark& mark : marks_) {
    places[{mark.run, mark.kind}].append(
        QCPGraphData(mark.x, mark.kind == MarkKind::kCheckpoint ? kBottom : kTop));
  }
  for (auto& [key, data] : places) {
    QCPGraph* graph = line(QPen(key.first->colour(), 1));
    graph->setValueAxis(yAxis2);
    graph->setLineStyle(QCPGraph::lsNone);
    graph->setScatterStyle(shapeOf(key.second, key.first->colour()));
    graph->data()->set(data);
  }
}

QStringList MetricPlot::marksNear(double x) const {
  constexpr double kNear = 4;  // pixels
  QStringList words;
  for (const Mark& mark : marks_) {
    if (std::abs(xAxis->coordToPixel(mark.x) - xAxis->coordToPixel(x)) > kNear) continue;
    const QString word = tr("%1: %2").arg(mark.run->name(), mark.word);
    if (!words.contains(word)) words.append(word);
  }
  return words;
}

}  // namespace warmstart::live
