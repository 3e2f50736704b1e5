// The Queue panel: what runs on which device, what waits and why, what has ended. All that it shows
// comes from the index; closing it, or the window, leaves the jobs at work.
#pragma once
#include <QTimer>

#include "views/desk/panel.h"
#include "views/queue/machine_load.h"
#include "views/queue/queue_model.h"

class QTreeView;
class QStackedWidget;
class QSpinBox;

namespace warmstart {

class Banner;
class EmptyState;
class GpuLoad;
class LiveJobs;
class QueueActions;

class QueuePanel : public Panel {
  Q_OBJECT
 public:
  explicit QueuePanel(Desk& desk);

  void saveState(QSettings& settings) const override;
  void restoreState(QSettings& settings) override;
  QTreeView* view() const { return view_; }
  QueueModel* model() const { return model_; }

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  QWidget* makeToolBar();
  QWidget* makeExtendBar();
  void makeView();
  void makeEmptyState();
  void refresh();
  void takeLanes();
  void tellRunner();
  void chooseJobs();
  void readMachine();
  void estimateStarts();
  std::vector<std::int64_t> chosenIds() const;
  QStringList runningRuns() const;

  Desk& desk_;
  QueueModel* model_;
  QTreeView* view_;
  Banner* runner_banner_;
  Banner* problem_banner_;
  QWidget* extend_bar_ = nullptr;
  QSpinBox* extend_steps_ = nullptr;
  QStackedWidget* pages_;
  EmptyState* empty_;
  QueueActions* actions_;
  LiveJobs* live_;
  MachineLoad load_;
  GpuLoad* gpus_;
  QTimer load_timer_;
  bool stale_ = true;
  bool ended_open_ = false;
};

}  // namespace warmstart
