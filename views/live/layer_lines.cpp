#include "views/live/layer_lines.h"

#include <algorithm>
#include <cmath>

#include "views/look/colour_map.h"
#include "views/look/theme.h"

namespace warmstart::live {
namespace {

constexpr std::size_t kRidgeBins = 64;
constexpr double kOverlap = 2.5;  ///< height of the highest ridge, in distances of two ridges

}  // namespace

LayerLines::LayerLines(QWidget* parent) : Plot(parent), guide_(new QCPItemStraightLine(this)) {
  setAccessibleName(tr("Lines of the chosen layer"));
  guide_->setSelectable(false);
}

void LayerLines::clear() {
  clearGraphs();
  guide_->setVisible(false);
}

QCPGraph* LayerLines::addLine(const QColor& colour, double width) {
  QCPGraph* graph = addGraph();
  graph->setPen(QPen(colour, width));
  graph->setSelectable(QCP::stNone);
  return graph;
}

void LayerLines::showRidges(const LayerTable& table, std::size_t layer, LayerTensor tensor) {
  clear();
  const HistogramMap map = table.histogram(layer, tensor, kRidgeBins);
  const auto columns = static_cast<int>(map.share.size());
  const int stride = std::max(1, (columns + kMostRidges - 1) / kMostRidges);
  double most = 0;
  for (const auto& column : map.share)
    most = std::max(most, *std::max_element(column.begin(), column.end()));
  const auto& colours = look::colours(look::Map::kViridis);
  QSharedPointer<QCPAxisTickerText> steps(new QCPAxisTickerText);
  const int ridges = (columns + stride - 1) / stride;
  // The newest ridge stands at the bottom and is drawn last, before the older ones.
  for (int ridge = 0; ridge < ridges; ++ridge) {
    const auto column = static_cast<std::size_t>(ridge * stride);
    const double base = ridges - 1 - ridge;
    QColor colour(colours[static_cast<std::size_t>(220 * ridge / std::max(1, ridges - 1))]);
    QCPGraph *floor = addLine(Qt::transparent, 0), *line = addLine(colour, 1.25);
    QVector<QCPGraphData> low, high;
    for (std::size_t bin = 0; bin < kRidgeBins; ++bin) {
      const double x =
          map.low + (map.high - map.low) * (static_cast<double>(bin) + 0.5) / kRidgeBins;
      low.append(QCPGraphData(x, base));
      high.append(
          QCPGraphData(x, base + (most > 0 ? kOverlap * map.share[column][bin] / most : 0)));
    }
    floor->data()->set(low, true);
    line->data()->set(high, true);
    colour.setAlphaF(0.35F);
    line->setBrush(colour);
    line->setChannelFillGraph(floor);
    if (ridge % std::max(1, ridges / 8) == 0)
      steps->addTick(base, QString::number(table.steps()[column]));
  }
  xAxis->setTicker(QSharedPointer<QCPAxisTicker>::create());
  xAxis->setLabel(tensor == LayerTensor::kGradient ? tr("Gradient") : tr("Weight"));
  xAxis->setRange(map.low, map.high);
  yAxis->setScaleType(QCPAxis::stLinear);
  yAxis->setTicker(steps);
  yAxis->setLabel(tr("Step"));
  yAxis->setRange(-0.3, ridges - 1 + kOverlap + 0.2);
  drawSoon();
}

void LayerLines::showRatios(const LayerTable& table, std::size_t layer) {
  clear();
  double low = kUsualRatio / 10, high = kUsualRatio * 10;
  for (std::size_t each = 0; each < table.layers().size(); ++each) {
    QVector<QCPGraphData> data;
    for (std::size_t column = 0; column < table.steps().size(); ++column) {
      const double ratio = table.value(LayerQuantity::kUpdateRatio, each, column);
      if (!(ratio > 0) || !std::isfinite(ratio)) continue;
      data.append(QCPGraphData(static_cast<double>(table.steps()[column]), ratio));
      low = std::min(low, ratio);
      high = std::max(high, ratio);
    }
    QColor faint = look::faint();
    faint.setAlphaF(0.4F);
    QCPGraph* graph = each == layer ? addLine(look::category(0), 2) : addLine(faint, 1);
    if (data.size() == 1) graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, 5));
    graph->data()->set(data, true);
  }
  guide_->point1->setCoords(0, kUsualRatio);
  guide_->point2->setCoords(1, kUsualRatio);
  guide_->setPen(QPen(look::good(), 1.5, Qt::DashLine));
  guide_->setVisible(true);
  xAxis->setTicker(QSharedPointer<QCPAxisTicker>::create());
  xAxis->setLabel(tr("Step"));
  if (!table.steps().empty()) {
    xAxis->setRange(static_cast<double>(table.steps().front()) - 0.5,
                    static_cast<double>(table.steps().back()) + 0.5);
  }
  yAxis->setScaleType(QCPAxis::stLogarithmic);
  yAxis->setTicker(QSharedPointer<QCPAxisTickerLog>::create());
  yAxis->setNumberFormat(QStringLiteral("eb"));
  yAxis->setNumberPrecision(0);
  yAxis->setLabel(tr("Update / weight"));
  yAxis->setRange(low / 1.2, high * 1.2);
  drawSoon();
}

}  // namespace warmstart::live
