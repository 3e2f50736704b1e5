#include "views/inspect/surface_camera.h"

#include <QtMath>
#include <algorithm>
#include <cmath>

namespace warmstart {
namespace {

constexpr double kLeastCameraZoom = 0.1, kMostCameraZoom = 50;
constexpr double kFill = 0.45;  ///< radius of what is shown, in the pane's shorter side

}  // namespace

void SurfaceCamera::turn(double right, double down) {
  yaw = std::remainder(yaw + right, 360.0);
  pitch = std::clamp(pitch + down, -90.0, 90.0);
}

void SurfaceCamera::zoomBy(double factor) {
  const double before = zoom;
  zoom = std::clamp(zoom * factor, kLeastCameraZoom, kMostCameraZoom);
  pan *= zoom / before;
}

QVector3D SurfaceCamera::right() const {
  const double a = qDegreesToRadians(yaw);
  return QVector3D(static_cast<float>(-std::cos(a)), static_cast<float>(std::sin(a)), 0);
}

QVector3D SurfaceCamera::towardsViewer() const {
  const double a = qDegreesToRadians(yaw), b = qDegreesToRadians(pitch);
  return QVector3D(static_cast<float>(std::sin(a) * std::cos(b)),
                   static_cast<float>(std::cos(a) * std::cos(b)), static_cast<float>(std::sin(b)));
}

QVector3D SurfaceCamera::up() const { return QVector3D::crossProduct(towardsViewer(), right()); }

double SurfaceCamera::pixelsPerMm(const Sphere& shown, const QSizeF& pane) const {
  return kFill * std::min(pane.width(), pane.height()) / static_cast<double>(shown.radius) * zoom;
}

QMatrix4x4 SurfaceCamera::toClip(const Sphere& shown, const Sphere& whole,
                                 const QSizeF& pane) const {
  const double scale = pixelsPerMm(shown, pane);
  const QVector3D r = right(), u = up(), v = towardsViewer();
  const float x = static_cast<float>(2 * scale / pane.width());
  const float y = static_cast<float>(2 * scale / pane.height());
  const float z = 1 / whole.radius;
  QMatrix4x4 turned(x * r.x(), x * r.y(), x * r.z(), static_cast<float>(2 * pan.x() / pane.width()),
                    y * u.x(), y * u.y(), y * u.z(),
                    static_cast<float>(-2 * pan.y() / pane.height()), -z * v.x(), -z * v.y(),
                    -z * v.z(), z * QVector3D::dotProduct(v, whole.centre - shown.centre), 0, 0, 0,
                    1);
  turned.translate(-shown.centre);
  return turned;
}

}  // namespace warmstart
