// What the linked planes of one volume share: image, label maps, crosshair, grey window, overlay
// settings. Planes change it and redraw on changed(). GUI thread.
#pragma once
#include <QColor>
#include <QObject>
#include <QSet>
#include <QVariantMap>

#include "views/inspect/slice.h"
#include "views/inspect/stored_classes.h"

namespace warmstart {

enum class OverlayKind { kPrediction, kReference, kError, kConfidence };

/// The volumes of one sample, on one grid.
struct SampleVolumes {
  Volume image, prediction, reference;
  Volume confidence;  ///< probability of the predicted class
};

class VolumeScene : public QObject {
  Q_OBJECT
 public:
  using QObject::QObject;

  /// Keeps crosshair and window while the size stays the same (the next step of the timeline);
  /// another size begins with `range` as its window, in the middle. Volumes of another size than
  /// the image are left out.
  void setVolumes(const SampleVolumes& volumes, const std::array<double, 2>& range);
  const Volume& image() const { return volumes_.image; }
  const Volume& prediction() const { return volumes_.prediction; }
  const Volume& reference() const { return volumes_.reference; }
  const Volume& confidence() const { return volumes_.confidence; }

  const Voxel& cursor() const { return cursor_; }
  void setCursor(Voxel voxel);  ///< moved into the volume
  const std::array<double, 2>& window() const { return window_; }
  void setWindow(double low, double high);
  void setColourMap(look::Map map);  ///< of the image; grey unless told
  OverlayKind overlay() const { return overlay_; }
  void setOverlay(OverlayKind overlay);
  /// Whether the sample has what the overlay shows.
  bool has(OverlayKind overlay) const;
  bool overlayShown() const { return overlay_shown_; }
  void setOverlayShown(bool shown);
  bool outline() const { return outline_; }
  void setOutline(bool outline);
  bool crosshairShown() const { return crosshair_shown_; }
  void setCrosshairShown(bool shown);
  /// The patient's right side is drawn at the left, as if one looked from the feet or the front.
  bool radiological() const { return radiological_; }
  void setRadiological(bool radiological);
  double opacity() const { return opacity_; }
  void setOpacity(double opacity);  ///< moved into [0, 1]
  /// What the labels stand for: the same in every volume.
  void setClasses(const StoredClasses& classes);
  const StoredClasses& classes() const { return classes_; }
  /// Nothing for background, a hidden class and a label that is no class.
  QRgb labelColour(int label) const;
  bool classShown(int label) const { return !hidden_.contains(label); }
  void setClassShown(int label, bool shown);
  const QSet<int>& hiddenClasses() const { return hidden_; }
  /// Window, crosshair and opacity as at the beginning.
  void reset();
  /// What the user set, to be put back for the same run. Of another size the crosshair is not.
  QVariantMap state() const;
  void setState(const QVariantMap& state);
  /// A plane as it is drawn, one pixel a voxel. Kept until something that shows in it changes.
  const QImage& picture(Plane plane) const;

 signals:
  void changed();

 private:
  struct Kept {
    QImage picture;
    int index = -1;
    quint64 look = 0;
  };
  void change();  ///< of more than the crosshair
  QRgb overlayColour(int predicted, int referred) const;
  QImage drawn(Plane plane, int index) const;
  std::vector<QRgb> overlayColours(Plane plane, int index) const;
  void blend(QImage& picture, const std::vector<QRgb>& colours) const;
  SampleVolumes volumes_;
  Voxel cursor_{};
  std::array<double, 2> window_{0, 1}, first_window_{0, 1};
  look::Map map_ = look::Map::kGrey;
  OverlayKind overlay_ = OverlayKind::kPrediction;
  bool overlay_shown_ = true, outline_ = false, crosshair_shown_ = true, radiological_ = false;
  double opacity_ = 0.5;
  QSet<int> hidden_;
  StoredClasses classes_;
  quint64 look_ = 1;  ///< counts changes
  mutable GreyTable greys_;
  mutable quint64 greys_look_ = 0;
  mutable std::array<Kept, 3> kept_;
};

/// Colours of the error map.
QColor falsePositiveColour();
QColor falseNegativeColour();
QColor confusionColour();
/// Of a voxel whose class has this probability: nothing where it is certain, stronger the less it
/// is. The alpha counts with the overlay's opacity.
QRgb confidenceColour(double probability);

}  // namespace warmstart
