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
  /// Whether all is drawn: nothing is computed in the background any more.
  virtual bool settled() const { return true; }
  /// What the user set, remembered for each run; small values only.
  virtual QVariantMap state() const { return {}; }
  virtual void setState(const QVariantMap& /*state*/) {}
};

struct CaptureViewCard {
  const char* kind;
  CaptureView* (*create)();
};

/// The view of that kind; a table of the arrays for a kind that nobody registered.
CaptureView* createCaptureView(const QString& kind);

struct RegisteredCaptureView {
  explicit RegisteredCaptureView(const CaptureViewCard& card);
};

}  // namespace warmstart
