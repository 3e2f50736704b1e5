// Captures of kind "segmentation": image with predicted and reference labels or the model's
// confidence in three linked planes, a legend of classes, what lies under the crosshair, and below
// them how well each class of each case is segmented, linked to the planes.
#pragma once
#include <QLabel>

#include "views/inspect/capture_view.h"
#include "views/inspect/case_table.h"
#include "views/inspect/label_legend.h"
#include "views/inspect/segmentation_facts.h"
#include "views/inspect/volume_planes.h"

namespace warmstart {

class SegmentationView : public CaptureView {
  Q_OBJECT
 public:
  explicit SegmentationView(QWidget* parent = nullptr);
  /// Draws as soon as the sample's facts are known.
  void setCapture(const CapturePtr& capture, int sample, const QStringList& classes) override;
  bool settled() const override {
    return !facts_.busy() && cases_->settled() && planes_->settled();
  }
  VolumePlanes* planes() const { return planes_; }
  QVariantMap state() const override;
  void setState(const QVariantMap& state) override;
  VolumeScene& scene() { return planes_->scene(); }
  PlaneView* plane(Plane plane) const { return planes_->plane(plane); }
  CaseTable& cases() { return *cases_; }
  QByteArray csv() const override { return cases_->csv(); }
  QString readOut() const { return read_out_->text(); }

 private:
  QWidget* makeSide();
  void showSample();
  void goTo(int sample, const Voxel& place);
  void fillLegend(int highest_label);
  void refresh();
  QString placeText() const;
  QString className(int label) const;
  VolumePlanes* planes_;
  CaseTable* cases_;
  FactStore facts_;
  CapturePtr capture_;
  int sample_ = 0;
  QVariantMap state_;  ///< to be set with the next sample
  struct Goal {
    int sample;
    Voxel place;
  };
  std::optional<Goal> goal_;  ///< where the crosshair goes when that sample is shown
  LabelLegend* legend_;
  QLabel* read_out_;
  QStringList classes_;
};

}  // namespace warmstart
