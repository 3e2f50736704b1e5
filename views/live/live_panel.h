// The Live panel: what the chosen run and the runs compared with it measure, as
// plots that share their x axis and cursor. Follows Selection, once it has been
// shown; a burst of new points becomes one redraw.
#pragma once
#include <QTimer>
#include <set>

#include "views/desk/panel.h"
#include "views/live/metric_plot.h"
#include "views/live/page_export.h"

class QGridLayout;
class QScrollArea;
class QStackedWidget;
class QTabWidget;

namespace warmstart {
class Banner;
class EmptyState;
}  // namespace warmstart

namespace warmstart::live {

class LayersView;
class LiveAlerts;
class LiveToolBar;
class MetricList;
class RunLegend;
class SystemView;
class TableExport;

class LivePanel : public Panel {
  Q_OBJECT
 public:
  static constexpr qsizetype kMostRuns = 20;  ///< drawn, unless more are asked for

  explicit LivePanel(Desk& desk);
  void saveState(QSettings& settings) const override;
  void restoreState(QSettings& settings) override;
  bool settled() const override;
  QStringList tourStops() const override;
  void showTourStop(const QString& stop) override;
  /// The page that is in front, drawn up to date.
  ExportPage shownPage();
  LayersView& layers() { return *layers_; }
  SystemView& system() { return *system_; }
  const std::vector<MetricPlot*>& plots() const { return plots_; }
  const ShownRuns& runs() const { return runs_; }

 protected:
  void showEvent(QShowEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void build();
  void addActions();
  void addStyleActions();
  void addPageActions();
  QAction* addStyleAction(const char* id, const QString& text, const QString& tip, const char* key,
                          std::function<void()> act);
  void showStyle();
  void takeRuns();
  void openRuns();
  void nameRuns();
  void tellCap();
  void connectFeed(ShownRun& run);
  void gather();
  void refresh();
  void listMetrics();
  void showProblems();
  void chooseFirstPlots();
  void showAlertRules();
  void showPlot(const std::string& metric, bool on);
  MetricPlot* newPlot(const std::string& metric);
  void layOut();
  void copyNumbers(const MetricPlot& plot);
  void exportPlot(MetricPlot& plot);
  void exportShownPage();
  void showMenu(MetricPlot& plot, const QPoint& at);
  Desk& desk_;
  ShownRuns runs_;
  std::vector<std::string> chosen_;  ///< metrics with a plot, in order
  std::vector<MetricPlot*> plots_;
  QTimer gather_;
  bool stale_ = false;
  bool runs_stale_ = false;  ///< others were chosen while nobody saw the panel
  qsizetype most_runs_ = kMostRuns;
  double refresh_milliseconds_ = 0;  ///< of the last refresh
  std::size_t listed_ = 0;           ///< metrics of all runs when they were listed
  QStackedWidget* pages_;
  QTabWidget* tabs_;
  LayersView* layers_ = nullptr;
  SystemView* system_ = nullptr;
  EmptyState* empty_;
  Banner *banner_, *cap_banner_;
  TableExport* tables_;
  LiveToolBar* bar_;
  struct ShownAlert {
    QString run, text;
    qint64 step;
  };
  std::optional<ShownAlert> alert_;  ///< in the banner
  LiveAlerts* alerts_;
  MetricList* metrics_;
  RunLegend* legend_;
  QWidget* sheet_;
  QGridLayout* grid_;
};

}  // namespace warmstart::live
