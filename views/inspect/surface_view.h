// The fourth pane beside the planes of a VolumeScene: the surfaces of the labels that the overlay
// shows, with the planes through the crosshair. Surfaces are made in the background while the pane
// is shown. Where there is no OpenGL it says so.
#pragma once
#include <QTimer>
#include <QWidget>
#include <optional>

#include "views/inspect/background.h"
#include "views/inspect/surface_camera.h"
#include "views/inspect/surface_renderer.h"

class QPushButton;

namespace warmstart {

class SurfaceView : public QWidget {
  Q_OBJECT
 public:
  explicit SurfaceView(VolumeScene& scene, QWidget* parent = nullptr);
  ~SurfaceView() override;
  /// Nothing is being made.
  bool settled() const { return !making_.busy(); }
  void cancel();
  void resetCamera();
  const SurfaceCamera& camera() const { return camera_; }
  void setCamera(const SurfaceCamera& camera);
  const std::vector<LabelMesh>& meshes() const { return meshes_; }
  /// What stands in the pane instead of, or below, the surfaces; "" when they are all there.
  QString message() const;
  /// Where a voxel's centre lies in the widget.
  QPointF placeOf(const Voxel& voxel) const;
  /// The letters at the left, top, right and bottom edge ("" = not known).
  std::array<QString, 4> edgeLetters() const;
  /// As on the screen, without the mark of the focus, `scale` pixels for one.
  QImage image(double scale) const;

 signals:
  void menuWanted(const QPoint& place);  ///< global; right click or the menu key

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void refresh();
  void start(const SurfaceWish& wish);
  void take(const LabelSurfaces& surfaces);
  void setMeshes(const std::vector<LabelMesh>& meshes);
  void tell();
  std::vector<QRgb> colours() const;
  QRgb colourOf(int label) const;
  /// The camera, turned to where it begins for such a volume.
  SurfaceCamera view() const;
  QVector3D placed(const std::array<double, 3>& voxel) const;
  Sphere frameOf(const std::vector<LabelMesh>& meshes) const;
  Sphere wholeVolume() const;
  SurfacePicture picture(double scale) const;
  std::vector<SurfaceLine> crosshairLines() const;
  void draw(QPainter& painter, double scale) const;
  void drawCursor(QPainter& painter) const;
  void drawLetters(QPainter& painter) const;
  bool turnByKey(int key);
  VolumeScene& scene_;
  std::unique_ptr<SurfaceRenderer> renderer_;  ///< once it has been shown
  SurfaceCamera camera_;
  std::vector<LabelMesh> meshes_;
  std::vector<QRgb> drawn_colours_;
  std::optional<SurfaceWish> wanted_;  ///< of what is drawn, being made, failed or was stopped
  std::optional<Sphere> frame_;        ///< of the first surfaces in this space
  QString problem_;
  bool stopped_ = false;
  QPointF pressed_;
  QPushButton* button_;  ///< cancels, or makes them again
  QTimer looking_;       ///< at the progress
  std::shared_ptr<Loading> loading_ = std::make_shared<Loading>();
  Background<LabelSurfaces> making_;
};

}  // namespace warmstart
