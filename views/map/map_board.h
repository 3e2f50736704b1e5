// A map canvas with its layers, all there is to set of them, and what lies under the pointer: what
// the Map panel shows rasters with.
#pragma once
#include <QTimer>
#include <QVariantMap>
#include <QWidget>

#include "views/inspect/background.h"
#include "views/map/map_canvas.h"
#include "views/map/run_layers.h"

class QCheckBox;
class QLabel;
class QListWidget;
class QSplitter;
class QToolButton;

namespace warmstart {

class LayerControls;

class MapBoard : public QWidget {
  Q_OBJECT
 public:
  explicit MapBoard(QWidget* parent = nullptr);
  /// Shows that layer alone.
  void setGround(const MapLayer& layer);
  void addLayer(const MapLayer& layer);
  /// Takes the place of the layers of a run that are there; a layer of the same name keeps its
  /// look.
  void setRunLayers(const std::vector<RunLayer>& layers);
  void removeLayer(int layer);
  /// What its values are taken for; it gets the first look of that kind.
  void setKind(int layer, MapLayer::Kind kind);
  /// Layer and the one below it change places.
  void lowerLayer(int layer);
  /// Adds where the layer and the one below it differ. "" or why that cannot be.
  QString subtract(int layer);
  MapCanvas* canvas() const { return canvas_; }
  LayerControls* controls() const { return controls_; }
  int currentLayer() const;
  void setCurrentLayer(int layer);
  void setSwiping(bool swiping);
  QString readOut() const;
  bool settled() const;
  /// The swipe line and the sizes of the parts.
  QVariantMap state() const;
  void setState(const QVariantMap& state);

 signals:
  void addWanted();
  void failed(const QString& what, const QString& detail);

 private:
  QWidget* makeSide();
  void connectAll();
  void setLayers(std::vector<MapLayer> layers, std::vector<LayerLook> looks, bool whole);
  int layerCalled(const QString& name) const;
  void fillList();
  void showCurrent();
  void stretchToView();
  void askUnder(const QPointF& ground);
  struct Under {
    QPointF ground;
    QString text;
  };
  struct Seen {
    int layer = -1;
    std::vector<BandSpread> spreads;
  };
  MapCanvas* canvas_;
  QListWidget* list_;
  LayerControls* controls_;
  QToolButton *add_, *remove_, *lower_, *subtract_, *fit_;
  QCheckBox* swiping_;
  QLabel* read_out_;
  QSplitter* splitter_;
  Background<Under> asking_;
  Background<Seen> seeing_;
};

}  // namespace warmstart
