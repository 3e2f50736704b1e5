// The classes of a layer: colour, name, the area that each covers and its share. A class that is
// unchecked is not drawn. Areas are counted over every pixel in the background.
#pragma once
#include <QSet>
#include <QTimer>
#include <QWidget>
#include <memory>

#include "views/inspect/background.h"
#include "views/map/class_areas.h"

class QLabel;
class QTableWidget;

namespace warmstart {

class LayerLegend : public QWidget {
  Q_OBJECT
 public:
  explicit LayerLegend(QWidget* parent = nullptr);
  ~LayerLegend() override;
  /// Counts when the layer is another one; nullptr = none.
  void setLayer(const MapLayerPtr& layer, const QSet<int>& hidden);
  bool settled() const { return !counting_.busy(); }
  QTableWidget* table() const { return table_; }
  QByteArray csv() const;

 signals:
  void hiddenChanged(const QSet<int>& hidden);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  using Counted = std::optional<ClassAreas>;
  void count();
  void fill();
  void paintNote();
  QString className(int label) const;
  RasterPtr raster_;
  std::vector<int> labels_;
  QSet<int> hidden_;
  ClassAreas areas_;
  QTableWidget* table_;
  QLabel* note_;
  QTimer ticking_;  ///< the progress is told again while it counts
  Background<Counted> counting_;
  std::shared_ptr<std::atomic<bool>> stop_ = std::make_shared<std::atomic<bool>>(false);
  std::shared_ptr<std::atomic<double>> done_ = std::make_shared<std::atomic<double>>(0);
};

}  // namespace warmstart
