// From where SurfaceView looks: turned about the patient's long axis and up or down, without
// perspective, so that lengths are comparable everywhere.
#pragma once
#include <QMatrix4x4>
#include <QPointF>
#include <QSizeF>
#include <QVector3D>

namespace warmstart {

/// A ball in mm.
struct Sphere {
  QVector3D centre;
  float radius = 1;
};

struct SurfaceCamera {
  double yaw = 0, pitch = 0;  ///< degrees; 0, 0 looks at the patient's front
  double zoom = 1;            ///< 1 = what is looked at fills the pane
  QPointF pan;                ///< device-independent pixels

  void turn(double right, double down);  ///< by degrees: the near side goes there
  void zoomBy(double factor);
  /// Unit vectors to the right, up and towards the viewer.
  QVector3D right() const;
  QVector3D up() const;
  QVector3D towardsViewer() const;
  double pixelsPerMm(const Sphere& shown, const QSizeF& pane) const;
  /// mm to [-1, 1]; what is within `whole` is in front of the far and behind the near end.
  QMatrix4x4 toClip(const Sphere& shown, const Sphere& whole, const QSizeF& pane) const;
};

}  // namespace warmstart
