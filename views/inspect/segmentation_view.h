// Captures of kind "segmentation": image with predicted and reference labels in three linked
// planes, a legend of classes, and what lies under the crosshair.
#pragma once
#include <QLabel>
#include <array>

#include "views/inspect/capture_view.h"
#include "views/inspect/plane_view.h"

class QCheckBox;
class QComboBox;
class QGridLayout;
class QSlider;
class QVBoxLayout;

namespace warmstart {

class SegmentationView : public CaptureView {
  Q_OBJECT
 public:
  explicit SegmentationView(QWidget* parent = nullptr);
  void setCapture(const CapturePtr& capture, int sample, const QStringList& classes) override;
  VolumeScene& scene() { return scene_; }
  PlaneView* plane(Plane plane) const { return planes_.at(static_cast<std::size_t>(plane)); }
  QString readOut() const { return read_out_->text(); }
  /// 1 = three planes, 2 to 4 = one plane alone.
  void setLayoutNumber(int number);

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QWidget* makeSide();
  void addControls(QVBoxLayout* column);
  void fillLegend();
  void refresh();
  QString className(int label) const;
  VolumeScene scene_;
  std::array<PlaneView*, 3> planes_{};
  QGridLayout* grid_;
  QComboBox* overlay_;
  QSlider* opacity_;
  QCheckBox *shown_, *outline_;
  QVBoxLayout* legend_;
  QLabel *read_out_, *errors_;
  QStringList classes_;
  int legend_labels_ = -1, layout_number_ = 1;
  bool two_dimensional_ = false;
};

}  // namespace warmstart
