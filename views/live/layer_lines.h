// The lower plot of the layers page where it is made of lines: histograms of one layer as ridges
// over the steps, or the ratio of update to weight of all layers with the usual value as a guide.
#pragma once
#include "views/live/layer_table.h"
#include "views/look/plot.h"

namespace warmstart::live {

class LayerLines : public look::Plot {
  Q_OBJECT
 public:
  static constexpr double kUsualRatio = 1e-3;  ///< updates of this share of the weights are healthy
  static constexpr int kMostRidges = 24;

  explicit LayerLines(QWidget* parent = nullptr);
  void showRidges(const LayerTable& table, std::size_t layer, LayerTensor tensor);
  void showRatios(const LayerTable& table, std::size_t layer);

 private:
  void clear();
  QCPGraph* addLine(const QColor& colour, double width);
  QCPItemStraightLine* guide_;
};

}  // namespace warmstart::live
