// What the linked planes of one volume share: image, label maps, crosshair, grey window, overlay
// settings. Planes change it and redraw on changed(). GUI thread.
#pragma once
#include <QObject>
#include <QSet>

#include "views/inspect/volume.h"
#include "views/look/colour_map.h"

namespace warmstart {

enum class OverlayKind { kPrediction, kReference, kError };

class VolumeScene : public QObject {
  Q_OBJECT
 public:
  using QObject::QObject;

  /// Keeps crosshair and window while the size stays the same (the next step of the timeline).
  void setVolumes(const Volume& image, const Volume& prediction, const Volume& reference);
  const Volume& image() const { return image_; }
  const Volume& prediction() const { return prediction_; }
  const Volume& reference() const { return reference_; }

  const Voxel& cursor() const { return cursor_; }
  void setCursor(Voxel voxel);  ///< moved into the volume
  const std::array<double, 2>& window() const { return window_; }
  void setWindow(double low, double high);
  void setColourMap(look::Map map);  ///< of the image; grey unless told
  OverlayKind overlay() const { return overlay_; }
  void setOverlay(OverlayKind overlay);
  bool overlayShown() const { return overlay_shown_; }
  void setOverlayShown(bool shown);
  bool outline() const { return outline_; }
  void setOutline(bool outline);
  bool crosshairShown() const { return crosshair_shown_; }
  void setCrosshairShown(bool shown);
  double opacity() const { return opacity_; }
  void setOpacity(double opacity);  ///< moved into [0, 1]
  bool classShown(int label) const { return !hidden_.contains(label); }
  void setClassShown(int label, bool shown);
  /// Window, crosshair and opacity as at the beginning.
  void reset();
  /// A plane as it is drawn, one pixel a voxel.
  QImage picture(Plane plane) const;

 signals:
  void changed();

 private:
  QRgb overlayColour(int predicted, int referred) const;
  void blend(QImage& picture, Plane plane, int index) const;
  Volume image_, prediction_, reference_;
  Voxel cursor_{};
  std::array<double, 2> window_{0, 1};
  look::Map map_ = look::Map::kGrey;
  OverlayKind overlay_ = OverlayKind::kPrediction;
  bool overlay_shown_ = true, outline_ = false, crosshair_shown_ = true;
  double opacity_ = 0.5;
  QSet<int> hidden_;
};

/// Colours of the error map.
QColor falsePositiveColour();
QColor falseNegativeColour();
QColor confusionColour();

}  // namespace warmstart
