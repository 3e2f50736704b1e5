// The system page of the Live panel: throughput, waiting, step time, and what the workers of the
// shown runs take of the machine, on the same axis as the curves; below, this machine now. Hidden,
// it does nothing.
#pragma once
#include <QTimer>
#include <QWidget>

#include "views/live/metric_plot.h"
#include "views/queue/machine_load.h"

class QGridLayout;
class QLabel;
class QStackedWidget;

namespace warmstart {
class EmptyState;
}

namespace warmstart::live {

class SystemView : public QWidget {
  Q_OBJECT
 public:
  explicit SystemView(const ShownRuns& runs, QWidget* parent = nullptr);
  void setPlotStyle(const PlotStyle& style);
  /// The runs have other points, or are others.
  void refresh();
  void reset();  ///< all plots show everything
  void setChosenStep(qint64 step);
  const std::vector<MetricPlot*>& plots() const { return plots_; }
  QString machineText() const;
  QWidget* sheet() const { return sheet_; }

 signals:
  void stepChosen(qint64 step);

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  void addPlots();
  void addPlot(const std::string& metric, const QString& title);
  void readMachine();
  const ShownRuns& runs_;
  std::vector<MetricPlot*> plots_;
  PlotStyle style_;
  QStackedWidget* pages_;
  EmptyState* empty_;
  QWidget* sheet_;
  QGridLayout* grid_;
  QLabel* machine_;
  MachineLoad load_;
  QTimer clock_;
};

}  // namespace warmstart::live
