// The Volume panel: a medical volume from a file or a DICOM folder in three linked planes, without
// a run; a second file over it as labels. Files are decoded by the guarded reader process.
#pragma once
#include <QTimer>
#include <memory>

#include "views/desk/panel.h"
#include "views/inspect/background.h"
#include "views/inspect/volume_planes.h"
#include "views/volume/label_facts.h"

class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace warmstart {

class Banner;
class EmptyState;
class VolumeSide;

enum class VolumeRole { kImage, kLabels, kReference };  ///< reference: what labels are held against

struct VolumeWish {
  VolumeRole role = VolumeRole::kImage;
  VolumeRequest request;
  VolumeFilePtr labels;  ///< that a reference is compared with
};

/// What came of reading a file.
struct OpenedVolume {
  VolumeRole role = VolumeRole::kImage;
  VolumeFilePtr file;                     ///< none: see problem; neither: it was stopped
  std::array<double, 2> range{0, 1};      ///< of an image
  std::vector<int> present;               ///< of labels
  std::vector<LabelAgreement> agreement;  ///< of labels with the reference
  QString problem;
};
/// Not on the GUI thread.
OpenedVolume openVolume(const VolumeWish& wish, Loading& loading);

class VolumePanel : public Panel {
  Q_OBJECT
 public:
  explicit VolumePanel(Desk& desk);
  ~VolumePanel() override;
  bool accepts(const QString& path) const override;
  void open(const QString& path) override;
  /// Over the image that is open. A reference without labels to compare with is taken as those.
  void openLabels(const QString& path, VolumeRole role = VolumeRole::kLabels);
  /// The reference goes with the labels.
  void removeLabels(VolumeRole role = VolumeRole::kLabels);
  void cancel();
  /// Bytes that a volume may take; 0 = most of what is free.
  void setBudget(std::uint64_t bytes) { budget_ = bytes; }
  bool settled() const override;
  VolumePlanes* planes() const { return planes_; }
  VolumeSide* side() const { return side_; }
  const VolumeFilePtr& file() const { return file_; }
  QString problem() const;
  void saveState(QSettings& settings) const override;
  void restoreState(QSettings& settings) override;

 private:
  QWidget* makeContent();
  QWidget* makeLoading();
  void addActions();
  void connectSide();
  QString lastFolder() const;
  void ask();
  void askFolder();
  void askLabels(VolumeRole role);
  void openSeries(const Path& path, const std::string& series);
  void start(const VolumeWish& wish);
  void take(const OpenedVolume& opened);
  void showOpened(const OpenedVolume& opened);
  void showImage(const OpenedVolume& opened);
  void showStep();
  void warn();
  QString factsText() const;
  void showLoading();
  Desk& desk_;
  EmptyState* empty_;
  Banner* banner_;
  QLabel *name_, *facts_;
  VolumePlanes* planes_;
  VolumeSide* side_ = nullptr;
  QStackedWidget* pages_;
  QWidget* loading_row_;
  QLabel* loading_text_ = nullptr;
  QProgressBar* progress_ = nullptr;
  QTimer looking_;  ///< at the progress
  VolumeFilePtr file_, labels_, reference_;
  std::array<double, 2> range_{0, 1};
  std::uint64_t budget_ = 0;
  std::shared_ptr<Loading> loading_ = std::make_shared<Loading>();
  Background<OpenedVolume> opening_;
};

}  // namespace warmstart
