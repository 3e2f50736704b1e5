// A run's course on one axis of steps: training loss, accuracy on unseen samples, pathway distance
// and complexity, with the step of memorization, the step shown, and the monitor's states as a
// band.
#pragma once
#include "core/pathway/grokking_timeline.h"
#include "views/look/plot.h"

namespace warmstart {

class CoursePlot : public look::Plot {
  Q_OBJECT
 public:
  explicit CoursePlot(QWidget* parent = nullptr);
  void setTimeline(const GrokkingTimeline& timeline);
  void setStep(double step);
  /// The next timeline is shown whole; otherwise what the user zoomed into and hid stays while the
  /// run goes on.
  void forgetZoom();
  /// Names of the drawn curves, in the legend's order.
  QStringList curves() const;
  QCPGraph* curve(const QString& name) const;

 protected:
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void paintLegend();
  void setShown(QCPAbstractPlottable* curve, bool shown);
  void addCurve(const QString& name, const char* series, const QColor& colour, Qt::PenStyle style,
                QCPAxis* axis);
  void addStates();
  void wrapLegend();
  void addState(double begin, double end, int state);
  QCPItemLine* addLine(double step, const QColor& colour, Qt::PenStyle style);
  static void moveLine(QCPItemLine* line, double step);
  GrokkingTimeline timeline_;
  QCPItemLine* step_line_ = nullptr;
  double step_ = -1;
  double last_ = 0;     ///< the last step when the axis was set to the whole run; 0 = not yet
  QStringList hidden_;  ///< names of curves
};

/// The colour of a state of the monitor.
QColor grokkingStateColour(int state);

}  // namespace warmstart
