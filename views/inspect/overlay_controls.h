// Which overlay the planes of a VolumeScene show, and how: kind, on and off, outline, opacity, and
// what the colours of errors and confidence mean. Beside the planes.
#pragma once
#include <QWidget>

#include "views/inspect/volume_scene.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QSlider;

namespace warmstart {

class OverlayControls : public QWidget {
  Q_OBJECT
 public:
  /// `names`: of the overlays, in the order of OverlayKind.
  OverlayControls(VolumeScene& scene, const QStringList& names, QWidget* parent);

 private:
  void refresh();
  VolumeScene& scene_;
  QComboBox* overlay_;
  QCheckBox *shown_, *outline_;
  QSlider* opacity_;
  QLabel *errors_, *confidence_;
};

}  // namespace warmstart
