// One plane of a VolumeScene: picture, crosshair, slice number, the patient's directions, scale
// bar; mouse and wheel. Zoom and pan are each plane's own.
#pragma once
#include <QWidget>

#include "views/inspect/volume_scene.h"

namespace warmstart {

class PlaneView : public QWidget {
  Q_OBJECT
 public:
  PlaneView(VolumeScene& scene, Plane plane, QWidget* parent = nullptr);
  /// Where the centre of a voxel of the present slice lies in the widget, and back.
  QPointF placeOf(const Voxel& voxel) const;
  Voxel voxelAt(const QPointF& place) const;
  void setPlane(Plane plane);
  void resetZoom();
  double zoom() const { return zoom_; }
  const QPointF& pan() const { return pan_; }
  void setZoom(double zoom, const QPointF& pan);
  void step(int slices);
  /// The letters at the left, top, right and bottom edge ("" = not known).
  std::array<QString, 4> edgeLetters() const;
  /// As on the screen, without the mark of the focus, `scale` pixels for one.
  QImage image(double scale) const;

 signals:
  void menuWanted(const QPoint& place);  ///< global; right click or the menu key

 protected:
  void paintEvent(QPaintEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  /// Device-independent pixels a voxel, across and down.
  QSizeF voxelPixels() const;
  QRectF frame() const;  ///< of the whole slice
  /// Counts pixels of the slice from the left and the top: index of a voxel to column or row.
  int columnOf(int across) const;
  int rowOf(int down) const;
  void draw(QPainter& painter) const;
  void drawCrosshair(QPainter& painter) const;
  void drawLetters(QPainter& painter) const;
  void drawTexts(QPainter& painter) const;
  void zoomAt(const QPointF& place, double factor);
  VolumeScene& scene_;
  Plane plane_;
  double zoom_ = 1;
  QPointF pan_, pressed_;
  bool dragged_ = false;  ///< the button that is down has moved the mouse
};

QString planeName(Plane plane);

}  // namespace warmstart
