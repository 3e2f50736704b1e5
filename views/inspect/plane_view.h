// One plane of a VolumeScene: picture, crosshair, slice number, scale bar; mouse and wheel. Zoom
// and pan are each plane's own.
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
  void step(int slices);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  /// Device-independent pixels a voxel, across and down.
  QSizeF voxelPixels() const;
  QRectF frame() const;  ///< of the whole slice
  void drawCrosshair(QPainter& painter) const;
  void drawTexts(QPainter& painter) const;
  void zoomAt(const QPointF& place, double factor);
  VolumeScene& scene_;
  Plane plane_;
  double zoom_ = 1;
  QPointF pan_, pressed_;
};

QString planeName(Plane plane);

}  // namespace warmstart
