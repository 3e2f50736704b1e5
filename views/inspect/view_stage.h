// The place where the Inspect panel shows a capture: in the view of its kind or as arrays, alone,
// beside a pinned capture, or minus it. Keeps what the user set in each kind of view.
#pragma once
#include <QVariantMap>
#include <QWidget>

#include "views/inspect/capture_view.h"

class QLabel;
class QSplitter;

namespace warmstart {

enum class Compare { kCurrent, kPinned, kDifference, kSideBySide };

class ViewStage : public QWidget {
  Q_OBJECT
 public:
  explicit ViewStage(QWidget* parent = nullptr);
  void setCapture(const CapturePtr& capture, int sample, const QStringList& classes);
  void clear();
  /// The records of the run's log, for the views now shown and those made later.
  void setRecords(std::size_t count);
  /// The capture to compare with; nullptr = none. It counts while a capture of its kind is shown.
  void setPinned(const CapturePtr& pinned);
  const CapturePtr& pinned() const { return pinned_; }
  void setCompare(Compare compare);
  Compare compare() const { return compare_; }
  /// Whether pinned and shown capture can be compared so.
  bool offers(Compare compare) const;
  /// Draws the arrays of the capture instead of what its kind's view makes of them.
  void setAsArrays(bool as_arrays);
  bool asArrays() const;
  CaptureView* view() const { return view_; }               ///< nullptr before the first capture
  CaptureView* pinnedView() const { return pinned_view_; }  ///< nullptr = not shown
  bool settled() const;
  /// By kind; plain values that settings can store.
  QVariantMap states() const;
  void setStates(const QVariantMap& states);

 signals:
  /// A view was made to show a capture; it lives as long as its kind is shown.
  void viewMade(CaptureView* view);
  void sampleWanted(int sample);
  void compareChanged();

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void turnHalves();
  QString viewKind() const;
  bool comparable() const;
  CaptureView* makeView();
  void makeViews();
  void refresh();
  void follow(CaptureView* from, CaptureView* to);
  CapturePtr capture_, pinned_;
  QStringList classes_;
  int sample_ = 0;
  std::size_t records_ = 0;
  Compare compare_ = Compare::kCurrent;
  QVariantMap states_;
  QStringList as_arrays_;  ///< kinds
  QString made_kind_;
  CaptureView *view_ = nullptr, *pinned_view_ = nullptr;
  QSplitter* halves_;
  QLabel* caption_;
};

}  // namespace warmstart
