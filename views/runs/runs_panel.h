// The Runs panel: all runs in one table, what of them is claimed, how the chosen ones differ, and
// where a run's weights came from. Choosing one run here makes it the run of every panel, choosing
// several the runs that are compared.
#pragma once
#include "views/desk/panel.h"
#include "views/runs/runs_model.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QStackedWidget;
class QTabWidget;
class QTreeView;
class QSplitter;

namespace warmstart {

class Banner;
class ClaimsView;
class ColumnChooser;
class CompareView;
class EmptyState;
class LineageView;
class MetricFetch;
class RunChanges;
class SweepView;

class RunsPanel : public Panel {
  Q_OBJECT
 public:
  explicit RunsPanel(Desk& desk);

  void saveState(QSettings& settings) const override;
  void restoreState(QSettings& settings) override;
  QStringList tourStops() const override;
  void showTourStop(const QString& stop) override;

  QTreeView* view() const { return view_; }
  RunsModel* model() const { return model_; }
  RunChanges& changes() { return *changes_; }
  QStringList chosenRuns() const;  ///< in the order of the table
  void chooseMetrics(const std::vector<MetricColumn>& columns);

 protected:
  void showEvent(QShowEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  QWidget* makeBar();
  QWidget* makePages();
  void makeView();
  void addActions();
  void connectModel();
  void refresh();
  void keepSelection();
  void restoreSelection();
  void selectRuns(const QStringList& runs);
  void selectionMade();
  void placeMetrics();
  void arrangeGroups();
  void countRuns();
  void openColumns();
  void askToDelete();
  void exportCsv();
  void copyCells();
  void showMenu(const QPoint& at);

  Desk& desk_;
  RunsModel* model_;
  QTreeView* view_;
  QLineEdit* filter_;
  QComboBox* group_;
  QLabel* count_;
  Banner* banner_;
  QStackedWidget* pages_ = nullptr;
  EmptyState* empty_;
  QSplitter* split_ = nullptr;
  QTabWidget* tabs_ = nullptr;
  ClaimsView* claims_;
  CompareView* compare_;
  SweepView* sweep_;
  LineageView* lineage_;
  ColumnChooser* chooser_;
  MetricFetch* fetch_;
  RunChanges* changes_;
  QStringList kept_;
  bool stale_ = true, selecting_ = false;
};

}  // namespace warmstart
