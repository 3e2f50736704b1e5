// The three linked planes of a VolumeScene with a place for a side panel; what the commands of
// volume_actions act on. Used by the segmentation view and by views of volume files.
#pragma once
#include <array>

#include "views/inspect/plane_view.h"

class QGridLayout;

namespace warmstart {

class VolumePlanes : public QWidget {
  Q_OBJECT
 public:
  explicit VolumePlanes(QWidget* parent = nullptr);
  VolumeScene& scene() { return scene_; }
  PlaneView* plane(Plane plane) const { return planes_.at(static_cast<std::size_t>(plane)); }
  /// Stands beside the planes, or in the free corner of three.
  void setSide(QWidget* side);
  /// 1 = three planes, 2 to 4 = one plane alone. A volume of one slice always shows that alone.
  void setLayoutNumber(int number);
  int layoutNumber() const { return layout_number_; }
  void resetView();  ///< zoom and pan too
  /// The plane that had the focus last, where it is shown.
  PlaneView* chosenPlane() const;
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
  PlaneView* chosen_ = nullptr;
  QGridLayout* grid_;
  QWidget* side_ = nullptr;
  int layout_number_ = 1;
  bool two_dimensional_ = false;
};

}  // namespace warmstart
