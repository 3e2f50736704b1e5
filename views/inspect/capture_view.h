// Draws captures of one kind. A view registers itself where it is defined, by the kind that the
// inspector writes; a plugin's view library may add kinds:
//
//   const RegisteredCaptureView segmentation_view{
//       {.kind = "segmentation", .create = []() -> CaptureView* { return new SegmentationView; }}};
#pragma once
#include <QVariantMap>
#include <QWidget>

#include "views/inspect/capture.h"

namespace warmstart {

class CaptureView : public QWidget {
  Q_OBJECT
 public:
  using QWidget::QWidget;
  /// Shows a sample of the capture; called again for each step of the timeline, so what the user
  /// set (crosshair, window) stays. `classes`: names with the background first; may be shorter than
  /// the labels that occur.
  virtual void setCapture(const CapturePtr& capture, int sample, const QStringList& classes) = 0;

  /// How many records (validations, numbers of inspectors) the run's log holds by now: told while
  /// the run grows, whatever step is shown. For views of a run's whole course.
  virtual void setRecords(std::size_t /*count*/) {}

  /// Whether the view can show the difference of two captures.
  virtual bool canSubtract() const { return false; }
  /// The capture that is subtracted from the one shown, from the next setCapture on.
  virtual void setReference(const Reference& /*reference*/) {}

  /// What the user has set (layer, colour map), as plain values: kept between starts, and shared by
  /// two views that stand side by side.
  virtual QVariantMap state() const { return {}; }
  virtual void setState(const QVariantMap& /*state*/) {}

  /// What is saved and copied as a picture.
  virtual QWidget* picture() { return this; }
  /// The numbers shown, as CSV; "" = there is no table of them.
  virtual QByteArray csv() const { return {}; }
  /// Whether all is drawn (nothing is computed in the background any more).
  virtual bool settled() const { return true; }

 signals:
  void stateChanged();
  /// The user chose a sample of the watch set in the view.
  void sampleWanted(int sample);
};

struct CaptureViewCard {
  const char* kind;
  CaptureView* (*create)();
};

bool hasCaptureView(const QString& kind);
/// The view of that kind; the arrays one by one for a kind that nobody registered.
CaptureView* createCaptureView(const QString& kind);

struct RegisteredCaptureView {
  explicit RegisteredCaptureView(const CaptureViewCard& card);
};

}  // namespace warmstart
