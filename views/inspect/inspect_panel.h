// The Inspect panel: what the inspectors of the selected run recorded, along one timeline, with one
// sample picker for all inspectors. Wires captures, store, timeline and the view of the kind shown.
#pragma once
#include "views/desk/panel.h"
#include "views/inspect/measured_cases.h"
#include "views/inspect/run_captures.h"
#include "views/inspect/timeline.h"
#include "views/inspect/view_stage.h"

class QComboBox;
class QHBoxLayout;
class QLabel;
class QStackedWidget;
class QToolButton;

namespace warmstart {

class Banner;
class EmptyState;
class OtherRun;

class InspectPanel : public Panel {
  Q_OBJECT
 public:
  explicit InspectPanel(Desk& desk);
  bool settled() const override;
  QStringList tourStops() const override;  ///< the inspectors of the run, as last recorded
  void showTourStop(const QString& stop) override;
  void saveState(QSettings& settings) const override;
  void restoreState(QSettings& settings) override;
  Timeline* timeline() const { return timeline_; }
  CaptureView* view() const { return stage_->view(); }  ///< nullptr before the first capture
  ViewStage* stage() const { return stage_; }
  QComboBox* inspectors() const { return inspectors_; }
  QComboBox* partners() const { return partners_; }  ///< "Compare with"
  QString problem() const;

 protected:
  void showEvent(QShowEvent* event) override;
  bool event(QEvent* event) override;

 private:
  void buildHeader(QHBoxLayout* row);
  QToolButton* flatButton(const char* icon, const QString& action);
  void addActions();
  void addStepActions();
  void addCompareActions();
  void addViewActions();
  void buildComparison(QHBoxLayout* row);
  void togglePin();
  void showComparison();
  void fillPartners();
  QString partnerChoice() const;
  void choosePartner(const QString& choice);
  void showOtherRun();
  void saveView();
  void copyView();
  void chooseRun();
  void refreshList();
  void showStep();
  void showCapture(const CapturePtr& capture);
  void showFailure(const Path& file, const Error& error);
  void showSample();
  void showMeasured();
  void moveSample(int by);
  void moveStep(int by);
  QStringList classNames(const Capture& capture, const RunHistory& log) const;
  void showEmpty();
  Desk& desk_;
  RunCaptures captures_;
  CaptureEntries entries_;
  MeasuredOfStage measured_, other_measured_;
  CapturePtr capture_;
  OtherRun* other_;  ///< that the shown one is compared with
  ViewStage* stage_;
  Timeline* timeline_;
  Banner* banner_;
  EmptyState* empty_;
  QStackedWidget* pages_;
  QWidget* content_;
  QLabel* step_label_;
  QComboBox *samples_, *inspectors_, *partners_, *comparison_, *drawing_;
  QToolButton *play_, *previous_, *next_;
  bool stale_ = true;  ///< the run is chosen anew when the panel is shown
};

}  // namespace warmstart
