// The lower plot of the layers page where it is made of lines: histograms of one layer as ridges
// over the steps; or the gradient norm, or the ratio of update to weight, of all layers with the
// chosen ones in colour before the others.
#pragma once
#include "views/live/layer_table.h"
#include "views/look/plot.h"

namespace warmstart::live {

class LayerLines : public look::Plot {
  Q_OBJECT
 public:
  static constexpr double kUsualRatio = 1e-3;  ///< updates of this share of the weights are healthy
  static constexpr int kMostRidges = 24;
  static constexpr int kMostNamed = 8;  ///< layers in the legend

  explicit LayerLines(QWidget* parent = nullptr);
  void showRidges(const LayerTable& table, std::size_t layer, LayerTensor tensor);
  /// `chosen`: places of layers in the table. With the usual ratio as a guide.
  void showRatios(const LayerTable& table, const std::vector<int>& chosen);
  void showNorms(const LayerTable& table, const std::vector<int>& chosen);

 private:
  void clear();
  void addLayers(const LayerTable& table, LayerQuantity quantity, const std::vector<int>& chosen);
  QCPGraph* addLayer(const LayerTable& table, LayerQuantity quantity, std::size_t layer);
  void nameLayers(const LayerTable& table, const std::vector<int>& chosen);
  void setStepAxes(const LayerTable& table, const QString& title, double low, double high);
  QCPRange positiveRange() const;
  QCPGraph* addLine(const QColor& colour, double width);
  QCPItemStraightLine* guide_;
};

}  // namespace warmstart::live
