// What there is to set for one layer of the map: opacity, which bands are which colours, their
// stretch, or the classes and their areas.
#pragma once
#include <QWidget>

#include "views/map/map_picture.h"

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QSlider;
class QPushButton;

namespace warmstart {

class LayerLegend;

class LayerControls : public QWidget {
  Q_OBJECT
 public:
  explicit LayerControls(QWidget* parent = nullptr);
  /// nullptr = no layer.
  void setLayer(const MapLayerPtr& layer, const LayerLook& look);
  LayerLegend* legend() const { return legend_; }

 signals:
  void changed(const LayerLook& look);
  /// The stretch is to be taken from what is seen.
  void stretchToViewWanted();
  /// The values are to be taken for what the user says.
  void kindWanted(MapLayer::Kind kind);

 private:
  QWidget* bandPart();
  void fillKind();
  void fillBands();
  void fillStretch();
  void takeBands();
  void takeStretch();
  void tell();
  MapLayerPtr layer_;
  LayerLook look_;
  QSlider* opacity_;
  QLabel* kind_label_;
  QComboBox* kind_;
  QComboBox *style_, *map_;
  std::array<QComboBox*, 3> bands_{};
  std::array<QDoubleSpinBox*, 3> low_{}, high_{};
  std::array<QLabel*, 3> names_{};
  QPushButton *all_, *view_;
  QWidget* band_part_;  ///< holds those above
  LayerLegend* legend_;
};

}  // namespace warmstart
