#include "views/live/layer_lines.h"

#include <algorithm>
#include <cmath>

#include "views/live/line_pen.h"
#include "views/look/colour_map.h"
#include "views/look/theme.h"

namespace warmstart::live {
namespace {

constexpr std::size_t kRidgeBins = 64;
constexpr double kOverlap = 2.5;  ///< height of the highest ridge, in distances of two ridges

}  // namespace

LayerLines::LayerLines(QWidget* parent) : Plot(parent), guide_(new QCPItemStraightLine(this)) {
  setAccessibleName(tr("Lines of the chosen layers"));
  guide_->setSelectable(false);
  setAutoAddPlottableToLegend(false);
  legend->setRowSpacing(0);
}

void LayerLines::clear() {
  clearGraphs();
  legend->clear();  // what stands there beside graphs
  legend->setVisible(false);
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

QCPGraph* LayerLines::addLayer(const LayerTable& table, LayerQuantity quantity, std::size_t layer) {
  QVector<QCPGraphData> data;
  for (std::size_t column = 0; column < table.steps().size(); ++column) {
    const double value = table.value(quantity, layer, column);
    // The axis counts powers of ten.
    if (value > 0 && std::isfinite(value))
      data.append(QCPGraphData(static_cast<double>(table.steps()[column]), value));
  }
  QCPGraph* graph = addLine(look::withOpacity(look::faint(), 0.4), 1);
  if (data.size() == 1) graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, 5));
  graph->data()->set(data, true);
  return graph;
}

/// The chosen layers last, so that they are drawn before the others.
void LayerLines::addLayers(const LayerTable& table, LayerQuantity quantity,
                           const std::vector<int>& chosen) {
  for (int layer = 0; layer < static_cast<int>(table.layers().size()); ++layer) {
    if (!std::binary_search(chosen.begin(), chosen.end(), layer))
      addLayer(table, quantity, static_cast<std::size_t>(layer));
  }
  for (std::size_t place = 0; place < chosen.size(); ++place) {
    QCPGraph* graph = addLayer(table, quantity, static_cast<std::size_t>(chosen[place]));
    graph->setPen(linePen(static_cast<int>(place), 2));
    graph->setName(QString::fromStdString(table.layers()[static_cast<std::size_t>(chosen[place])]));
  }
  nameLayers(table, chosen);
}

void LayerLines::nameLayers(const LayerTable& table, const std::vector<int>& chosen) {
  const int count = static_cast<int>(chosen.size());
  const int first = static_cast<int>(table.layers().size()) - count;
  for (int place = 0; place < std::min(count, kMostNamed); ++place)
    graph(first + place)->addToLegend();
  if (count > kMostNamed) {
    auto* rest = new QCPTextElement(this, tr("and %1 more").arg(count - kMostNamed), font());
    rest->setTextColor(look::faint());
    legend->addElement(rest);
  }
  legend->setFont(font());
  legend->setTextColor(QApplication::palette().color(QPalette::Text));
  legend->setBrush(look::withOpacity(look::surface(), 0.85));
  legend->setBorderPen(QPen(look::line()));
  legend->setVisible(count > 0);
}

void LayerLines::setStepAxes(const LayerTable& table, const QString& title, double low,
                             double high) {
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
  yAxis->setLabel(title);
  yAxis->setRange(low, high);
  drawSoon();
}

/// Of all values; empty where there are none.
QCPRange LayerLines::positiveRange() const {
  QCPRange all;
  all.lower = INFINITY;
  all.upper = -INFINITY;
  for (int i = 0; i < graphCount(); ++i) {
    for (const QCPGraphData& point : *graph(i)->data()) {
      all.lower = std::min(all.lower, point.value);
      all.upper = std::max(all.upper, point.value);
    }
  }
  return all;
}

void LayerLines::showRatios(const LayerTable& table, const std::vector<int>& chosen) {
  clear();
  addLayers(table, LayerQuantity::kUpdateRatio, chosen);
  guide_->point1->setCoords(0, kUsualRatio);
  guide_->point2->setCoords(1, kUsualRatio);
  guide_->setPen(QPen(look::good(), 1.5, Qt::DashLine));
  guide_->setVisible(true);
  const QCPRange values = positiveRange();
  setStepAxes(table, tr("Update / weight"), std::min(values.lower, kUsualRatio / 10) / 1.2,
              std::max(values.upper, kUsualRatio * 10) * 1.2);
}

void LayerLines::showNorms(const LayerTable& table, const std::vector<int>& chosen) {
  clear();
  addLayers(table, LayerQuantity::kGradientNorm, chosen);
  QCPRange values = positiveRange();
  if (!(values.lower <= values.upper)) values = {1e-3, 1};
  // Whole powers of ten, so that the axis has numbers at both ends however little the norms differ.
  setStepAxes(table, tr("Gradient norm"), std::pow(10, std::floor(std::log10(values.lower / 1.2))),
              std::pow(10, std::ceil(std::log10(values.upper * 1.2))));
}

}  // namespace warmstart::live
