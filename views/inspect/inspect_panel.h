// The Inspect panel: what the inspectors of the selected run recorded, along one timeline, with one
// sample picker for all inspectors. Wires captures, store, timeline and the view of the kind shown.
#pragma once
#include <QFutureWatcher>

#include "views/desk/panel.h"
#include "views/inspect/capture_store.h"
#include "views/inspect/capture_view.h"
#include "views/inspect/timeline.h"

class QComboBox;
class QHBoxLayout;
class QLabel;
class QStackedWidget;
class QToolButton;

namespace warmstart {

class Banner;
class EmptyState;
class RunFeed;

class InspectPanel : public Panel {
  Q_OBJECT
 public:
  explicit InspectPanel(Desk& desk);
  ~InspectPanel() override;
  bool settled() const override;
  void saveState(QSettings& settings) const override;
  void restoreState(QSettings& settings) override;
  Timeline* timeline() const { return timeline_; }
  CaptureView* view() const { return view_; }  ///< nullptr before the first capture
  QString problem() const;

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void buildHeader(QHBoxLayout* row);
  void chooseRun();
  void lookIntoFolder();
  void refreshList();
  void setEntries(CaptureEntries entries);
  void showStep();
  void showCapture(const CapturePtr& capture);
  void showFailure(const Path& file, const Error& error);
  void showSample();
  void moveSample(int by);
  QStringList classNames() const;
  void showEmpty();
  void keepViewState();
  Desk& desk_;
  CaptureStore store_;
  std::shared_ptr<RunFeed> feed_;
  QFutureWatcher<CaptureEntries> folder_watcher_;
  CaptureEntries in_folder_, entries_;
  CapturePtr capture_;
  QString view_kind_, view_run_;  ///< what view_ shows
  QVariantMap view_states_;       ///< by run and kind
  CaptureView* view_ = nullptr;
  Timeline* timeline_;
  Banner* banner_;
  EmptyState* empty_;
  QStackedWidget* pages_;
  QWidget* content_;
  QLabel* step_label_;
  QComboBox *samples_, *inspectors_;
  QToolButton *play_, *previous_, *next_;
  bool stale_ = true, looking_ = false;  ///< looking_: the folder is being read
};

}  // namespace warmstart
