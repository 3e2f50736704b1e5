// Draws a MapScene: its layers over each other, zoom and pan down to single pixels, a swipe line
// that uncovers what lies below the top layer, a scale bar. What there is to set comes from
// MapBoard.
#pragma once
#include <QWidget>
#include <optional>

#include "views/map/map_picture.h"

namespace warmstart {

/// Where a sample of a run lies.
struct TileOutline {
  int sample = 0;
  QPolygonF ground;
};

/// A tile in colours.
struct MapPicture {
  QImage image;
  std::vector<QRectF> unreadable;  ///< in pixels of its layer
  std::size_t bytes() const { return static_cast<std::size_t>(image.sizeInBytes()); }
};

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

  /// Drawn over all layers.
  void setOutlines(std::vector<TileOutline> outlines);
  const std::vector<TileOutline>& outlines() const { return outlines_; }
  /// The sample whose outline stands out; -1 = none.
  void setMarked(int sample);
  int marked() const { return marked_; }
  /// Whether its tile lies on what the layers cover.
  bool covers(int sample) const;
  /// Moves there unless it is seen, and closer where it would be a speck.
  void showTile(int sample);
  /// The sample whose tile lies there, of several the one whose middle is nearest; -1 = none.
  int tileAt(const QPointF& ground) const;

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
  /// Most bytes of pictures that are kept; those painted longest ago go first, what is seen stays.
  /// 256 tiles: four screens of 1920 x 1080 pixels in two layers.
  static constexpr std::size_t kPictureBudget = std::size_t{64} << 20;
  std::size_t pictureBytes() const { return pictures_.bytes(); }

 signals:
  void hovered(const QPointF& ground);
  void left();
  void clicked(const QPointF& ground);
  void tileDrawn();  ///< more of the map has come
  /// A part of a file could not be read: which part, and why.
  void unreadable(const QString& file, const QString& sentence);
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
  std::shared_ptr<const MapPicture> pictureFor(const MapTileKey& key);
  void forgetPictures(int layer);
  void viewMoved();
  void takeTile(const MapTileKey& key);
  void drawLayer(QPainter& painter, int layer);
  void drawTile(QPainter& painter, const MapTileKey& key);
  void drawOutlines(QPainter& painter) const;
  void drawSwipe(QPainter& painter) const;
  void drawScaleBar(QPainter& painter) const;
  double metresPerGround() const;
  bool nearSwipe(const QPointF& place) const;

  MapScenePtr scene_;
  std::vector<LayerLook> looks_;
  MapTiles tiles_;
  TileShelf<MapTileKey, MapPicture> pictures_{kPictureBudget};
  std::vector<MapTileKey> visible_;  ///< when it was painted last
  std::vector<QRgb> label_colours_;
  std::vector<TileOutline> outlines_;
  int marked_ = -1;
  QPointF centre_;  ///< of the widget, in units of the ground
  double scale_ = 1;
  bool fitted_ = false;  ///< shows all, also after a resize
  std::optional<double> swipe_;
  enum class Drag { kNone, kPan, kSwipe } drag_ = Drag::kNone;
  QPointF last_, pressed_;
  qint64 paints_ = 0;
};

}  // namespace warmstart
