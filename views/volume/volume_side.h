// What stands beside the planes of a volume file: series, time, grey window, labels, and what lies
// under the crosshair. Acts on the scene; asks the panel for other files.
#pragma once
#include <QWidget>

#include "views/inspect/label_legend.h"
#include "views/volume/label_facts.h"

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLayout;
class QPushButton;
class QSlider;
class QVBoxLayout;

namespace warmstart {

class VolumeSide : public QWidget {
  Q_OBJECT
 public:
  VolumeSide(VolumeScene& scene, QWidget* parent);
  /// `range`: the automatic grey window.
  void setFile(const VolumeFilePtr& file, const std::array<double, 2>& range);
  /// nullptr = none. `present`: the labels that occur. Takes the reference away.
  void setLabels(const VolumeFilePtr& labels, const std::vector<int>& present);
  void setReference(const VolumeFilePtr& reference, const std::vector<LabelAgreement>& agreement);
  int step() const;
  void setStep(int step);
  QString readOut() const;
  LabelLegend* legend() const { return legend_; }

 signals:
  void stepChanged(int step);
  void seriesWanted(const QString& id);
  void labelsWanted();  ///< the user is to be asked for a file
  void labelsDropped(const QString& path);
  void labelsRemoved();
  void referenceWanted();
  void referenceRemoved();

 protected:
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  void addSeries(QVBoxLayout* column);
  void addTime(QVBoxLayout* column);
  void addWindow(QVBoxLayout* column);
  void addLabels(QVBoxLayout* column);
  QLayout* fileRow(QLabel*& name, QPushButton*& remove);
  void choosePreset(int index);
  void refresh();
  QString valueText() const;
  QString stepText() const;
  VolumeScene& scene_;
  VolumeFilePtr file_;
  std::vector<NamedLabel> present_;
  std::array<double, 2> range_{0, 1};
  QComboBox *series_, *preset_;
  QWidget *time_box_, *label_box_, *reference_box_;
  QSlider* time_;
  QDoubleSpinBox *level_, *width_;
  QPushButton *open_, *compare_;
  QLabel *step_, *label_name_, *reference_name_, *read_out_;
  LabelLegend* legend_;
};

}  // namespace warmstart
