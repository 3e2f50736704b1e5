// The three linked planes of a VolumeScene, the surfaces of its labels where they are wanted, and a
// place for a side panel; what the commands of volume_actions act on. Used by the segmentation view
// and by views of volume files.
#pragma once
#include <array>

#include "views/inspect/plane_view.h"
#include "views/inspect/surface_view.h"

class QGridLayout;

namespace warmstart {

class VolumePlanes : public QWidget {
  Q_OBJECT
 public:
  explicit VolumePlanes(QWidget* parent = nullptr);
  VolumeScene& scene() { return scene_; }
  PlaneView* plane(Plane plane) const { return planes_.at(static_cast<std::size_t>(plane)); }
  SurfaceView* surface() const { return surface_; }
  /// Stands beside the planes, or in the free corner of three.
  void setSide(QWidget* side);
  /// 1 = three planes, 2 to 4 = one plane alone. A volume of one slice always shows that alone.
  void setLayoutNumber(int number);
  int layoutNumber() const { return layout_number_; }
  /// In the free corner of three planes, or beside one. A volume of one slice has none.
  void setSurfaceShown(bool shown);
  bool surfaceShown() const { return surface_shown_; }
  void resetView();  ///< zoom and pan too
  /// The plane or the surface that had the focus last, where it is shown.
  QWidget* chosenPane() const;
  /// Of the chosen pane, `scale` pixels for one.
  QImage picture(double scale) const;
  /// No surface is being made.
  bool settled() const { return surface_->settled(); }
  /// The scene's state, layout and zoom.
  QVariantMap state() const;
  void setState(const QVariantMap& state);

 signals:
  void menuWanted(const QPoint& place);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void arrange();
  VolumeScene scene_;
  std::array<PlaneView*, 3> planes_{};
  SurfaceView* surface_;
  QWidget* chosen_ = nullptr;
  QGridLayout* grid_;
  QWidget* side_ = nullptr;
  int layout_number_ = 1;
  bool surface_shown_ = false, two_dimensional_ = false;
};

}  // namespace warmstart
