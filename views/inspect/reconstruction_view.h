// Captures of kind "reconstruction": what a masked pretraining stage was to restore, what the
// encoder saw, what the model made of it, and the difference, at one linked place; errors on hidden
// and visible voxels.
#pragma once
#include <array>

#include "views/inspect/capture_view.h"
#include "views/inspect/plane_view.h"

class QComboBox;
class QGridLayout;
class QLabel;

namespace warmstart {

class ReconstructionView : public CaptureView {
  Q_OBJECT
 public:
  explicit ReconstructionView(QWidget* parent = nullptr);
  void setCapture(const CapturePtr& capture, int sample, const QStringList& classes) override;

  enum Part { kTarget, kInput, kReconstruction, kDifference };
  VolumeScene& scene(Part part) { return scenes_[part]; }
  QString errors() const;
  void setPlane(Plane plane);

 private:
  void link(Part changed);
  void showErrors(const Volume& target, const Volume& reconstruction, const Volume& mask);
  std::array<VolumeScene, 4> scenes_;
  std::array<PlaneView*, 4> views_{};
  QGridLayout* grid_;
  QComboBox* plane_;
  QLabel* errors_;
  bool linking_ = false;
};

/// reconstruction - target as a volume of its own; not valid where the sizes differ.
Volume differenceOf(const Volume& reconstruction, const Volume& target);

}  // namespace warmstart
