// Draws a MapScene: its layers over each other, zoom and pan down to single pixels, a swipe line
// that uncovers what lies below the top layer, a scale bar. What there is to set comes from
// MapBoard.
#pragma once
#include <QHash>
#include <QWidget>
#include <optional>

#include "views/map/map_picture.h"

namespace warmstart {

class MapCanvas : public QWidget {
  Q_OBJECT
 public:
  explicit MapCanvas(QWidget* parent = nullptr);
  /// Looks of layers that are new are their first ones. `whole`: shows all of it.
  void setScene(MapScenePtr scene, std::vector<LayerLook> looks, bool whole);
  const MapScenePtr& scene() const { return scene_; }
  const LayerLook& look(int layer) const { return looks_.at(static_cast<std::size_t>(layer)); }
  const std::vector<LayerLook>& looks() const { return looks_; }
  void setLook(int layer, const LayerLook& look);
  /// Share of the width right of which the top layer is drawn; none = everywhere.
  void setSwipe(std::optional<double> share);
  std::optional<double> swipe() const { return swipe_; }

  void showAll();
  void zoomAt(const QPointF& place, double factor);
  void panBy(const QPointF& pixels);
  /// Pixels of the screen for one of the ground.
  double scale() const { return scale_; }
  QPointF groundAt(const QPointF& place) const;
  QPointF placeOf(const QPointF& ground) const;
  /// The part of the layer that is seen, in its pixels; empty = none of it.
  QRectF seen(int layer) const;
  bool settled() const { return !tiles_.busy(); }
  /// Whether all that is seen is drawn at its level of detail.
  bool complete();
  qint64 paints() const { return paints_; }  ///< for the benchmark

 signals:
  void hovered(const QPointF& ground);
  void left();
  void tileDrawn();  ///< more of the map has come
  void viewChanged();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool event(QEvent* event) override;

 private:
  QTransform groundToScreen() const;
  QTransform layerToScreen(int layer) const;
  int levelOf(int layer) const;
  int topLayer() const;
  std::vector<MapTileKey> visibleTiles(int layer) const;
  const QImage* pictureFor(const MapTileKey& key);
  void forgetPictures(int layer);
  void viewMoved();
  void drawLayer(QPainter& painter, int layer);
  void drawTile(QPainter& painter, const MapTileKey& key);
  void drawSwipe(QPainter& painter) const;
  void drawScaleBar(QPainter& painter) const;
  double metresPerGround() const;
  bool nearSwipe(const QPointF& place) const;

  MapScenePtr scene_;
  std::vector<LayerLook> looks_;
  MapTiles tiles_;
  QHash<MapTileKey, QImage> pictures_;
  std::vector<QRgb> label_colours_;
  QPointF centre_;  ///< of the widget, in units of the ground
  double scale_ = 1;
  bool fitted_ = false;  ///< shows all, also after a resize
  std::optional<double> swipe_;
  enum class Drag { kNone, kPan, kSwipe } drag_ = Drag::kNone;
  QPointF last_;
  qint64 paints_ = 0;
};

}  // namespace warmstart
