// The labels of an overlay with their colours; each can be hidden by its tick. Beside the planes of
// a VolumeScene.
#pragma once
#include <QCheckBox>
#include <QWidget>
#include <vector>

#include "views/inspect/volume_scene.h"

class QVBoxLayout;

namespace warmstart {

struct NamedLabel {
  int label = 0;
  QString name;
  bool operator==(const NamedLabel&) const = default;
};

class LabelLegend : public QWidget {
  Q_OBJECT
 public:
  LabelLegend(VolumeScene& scene, QWidget* parent);
  void setLabels(const std::vector<NamedLabel>& labels);
  const std::vector<NamedLabel>& labels() const { return labels_; }

 private:
  VolumeScene& scene_;
  QVBoxLayout* column_;
  std::vector<NamedLabel> labels_;
};

}  // namespace warmstart
