// The place where the Inspect panel shows a capture: in the view of its kind or as arrays, alone,
// beside the capture of a pinned step or of another run, or minus it. Keeps what the user set in
// each kind of view.
#pragma once
#include <QVariantMap>
#include <QWidget>

#include "views/inspect/capture_view.h"

class QLabel;
class QSplitter;

namespace warmstart {

enum class Compare { kCurrent, kOther, kDifference, kSideBySide };

/// What the shown capture is compared with.
struct Partner {
  CapturePtr capture;  ///< nullptr = none, or not read yet
  QString run;         ///< its name; "" = a pinned step of the run that is shown
  QStringList classes;
  QString problem;  ///< why there is no capture
  bool chosen() const { return capture || !run.isEmpty(); }
};

class ViewStage : public QWidget {
  Q_OBJECT
 public:
  explicit ViewStage(QWidget* parent = nullptr);
  void setCapture(const CapturePtr& capture, int sample, const QStringList& classes);
  void clear();
  /// The records of the run's log, for the views now shown and those made later.
  void setRecords(std::size_t count);
  /// It counts while a capture of its kind is shown whose sample it has too. A newly chosen one is
  /// shown beside.
  void setPartner(const Partner& partner);
  const Partner& partner() const { return partner_; }
  /// Why the chosen partner cannot be shown; "" = it can, or is being read.
  QString partnerProblem() const;
  void setCompare(Compare compare);
  Compare compare() const { return compare_; }
  /// Whether partner and shown capture can be compared so.
  bool offers(Compare compare) const;
  /// Draws the arrays of the capture instead of what its kind's view makes of them.
  void setAsArrays(bool as_arrays);
  bool asArrays() const;
  CaptureView* view() const { return view_; }             ///< nullptr before the first capture
  CaptureView* otherView() const { return other_view_; }  ///< the partner's; nullptr = not shown
  /// Whether that view, or the view that this is a part of, shows the partner now.
  bool showsPartner(const QWidget* part) const;
  bool settled() const;
  /// By kind; plain values that settings can store.
  QVariantMap states() const;
  void setStates(const QVariantMap& states);

 signals:
  /// A view was made to show a capture; it lives as long as its kind is shown.
  void viewMade(CaptureView* view);
  void sampleWanted(int sample);
  /// A sample of the partner was chosen that the shown capture does not have.
  void sampleMissing(const QString& sample);
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
  void showCaption(Compare compare);
  QString partnerName() const;
  void wantPartnerSample(int sample);
  void follow(CaptureView* from, CaptureView* to);
  CapturePtr capture_;
  Partner partner_;
  QStringList classes_;
  int sample_ = 0;
  std::size_t records_ = 0;
  Compare compare_ = Compare::kCurrent;
  QVariantMap states_;
  QStringList as_arrays_;  ///< kinds
  QString made_kind_;
  CaptureView *view_ = nullptr, *other_view_ = nullptr;
  QSplitter* halves_;
  QLabel* caption_;
};

}  // namespace warmstart
