// The layers page of the Live panel: every layer over the steps as a heat map,
// and below the histograms of one layer's weights or gradients, or lines of the
// chosen layers. Follows the selected run; hidden, it does nothing.
#pragma once
#include <QTimer>
#include <QWidget>
#include <memory>

#include "views/desk/desk.h"
#include "views/live/layer_table.h"

class QComboBox;
class QCPAxis;
class QCPColorMap;
class QCPColorScale;
class QCPItemRect;
class QCustomPlot;
class QLabel;
class QSplitter;
class QStackedWidget;

namespace warmstart {
class EmptyState;
class RunFeed;
}  // namespace warmstart

namespace warmstart::look {
class Plot;
}

namespace warmstart::live {

class LayerLines;
class LayerList;

class LayersView : public QWidget {
  Q_OBJECT
 public:
  explicit LayersView(Desk& desk, QWidget* parent = nullptr);
  const LayerTable& table() const { return table_; }
  look::Plot* heatMap() const { return heat_; }
  look::Plot* histogramPlot() const { return histogram_; }
  LayerLines* lines() const { return lines_; }
  LayerList* list() const { return list_; }
  /// What the lower plot shows: histograms as map or as ridges, norms or ratios as lines.
  enum class Lower { kGradientMap, kWeightMap, kGradientRidges, kWeightRidges, kNorms, kRatios };
  void setLower(Lower lower);
  QWidget* sheet() const;
  /// "layer,step,gradient_norm,update_ratio,gradient_zero_share,weight_norm" lines.
  QByteArray csv() const;
  int chosenLayer() const;  ///< whose histograms are shown
  void chooseLayer(int layer);
  void setQuantity(LayerQuantity quantity);
  QString readOut() const;

 protected:
  void showEvent(QShowEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  struct Map {
    QCPColorMap* map;
    QCPColorScale* scale;
  };
  void build();
  void connectParts();
  QWidget* makeHalves();
  static Map addMap(QCustomPlot* plot);
  void takeRun();
  void openFeed();
  void refresh();
  void showChoice();
  void markLayers();
  void nameChoice();
  void drawHeat();
  void drawLower();
  void drawHistogram(LayerTensor tensor);
  void paint(look::Plot* plot, const Map& map) const;
  void tickSteps(QCustomPlot* plot) const;
  void readAt(const QPoint& place);
  Desk& desk_;
  std::shared_ptr<RunFeed> feed_;
  LayerTable table_;
  QTimer gather_;
  QStackedWidget* pages_;
  EmptyState* empty_;
  QComboBox *quantity_, *tensor_;
  look::Plot *heat_, *histogram_;
  LayerLines* lines_;
  LayerList* list_;
  QStackedWidget* lower_;
  QSplitter* halves_ = nullptr;
  Map heat_map_{}, histogram_map_{};
  std::vector<QCPItemRect*> marks_;  ///< around the rows of the chosen layers
  QLabel *read_out_, *layer_name_;
  bool stale_ = true, run_stale_ = true;
};

}  // namespace warmstart::live
