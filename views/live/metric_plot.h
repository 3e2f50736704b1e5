// One plot: a metric over the shown runs. Raw line faint, smoothed line over it; a band a stage;
// the chosen step as a line; a cursor that all plots share. Draws only what its pixels can show.
#pragma once
#include <qcustomplot.h>

#include "views/live/shown_run.h"

namespace warmstart::live {

using ShownRuns = std::vector<std::unique_ptr<ShownRun>>;

struct PlotStyle {
  XAxis axis = XAxis::kStep;
  double smoothing = 0;  ///< steps; 0 = none
  bool log_y = false;
  bool operator==(const PlotStyle&) const = default;
};

class MetricPlot : public QCustomPlot {
  Q_OBJECT
 public:
  MetricPlot(std::string metric, const ShownRuns& runs, QWidget* parent = nullptr);
  const std::string& metric() const { return metric_; }
  void setPlotStyle(const PlotStyle& style);
  /// The runs have other points, or there are other runs.
  void refresh();
  /// All x, and y as the curves need.
  void showAll();
  void setWindow(const QCPRange& range);
  void setCursorAt(std::optional<double> x);
  void setChosenStep(qint64 step);
  /// Step, value and raw value of every point: "run,step,time,value" lines.
  QByteArray csv() const;
  /// Points that the drawn curves stand for: what is still being read or made is missing.
  std::size_t drawnPoints() const { return drawn_points_; }

 signals:
  void windowChanged(const QCPRange& range);
  void cursorMoved(std::optional<double> x);
  void stepChosen(qint64 step);
  void resetWanted();

 protected:
  void changeEvent(QEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void showEvent(QShowEvent* event) override;

 private:
  static void putLine(QCPItemStraightLine* line, double x);
  void paintColours();
  void setAxes();
  void drawCurves();
  void drawRun(ShownRun& run);
  void drawStages();
  void fitY();
  void writeReadOut(double x);
  QCPGraph* line(const QColor& colour, double width);
  QString formatted(double value) const;
  std::string metric_;
  const ShownRuns& runs_;
  PlotStyle style_;
  bool stale_ = true, whole_ = true, fitting_ = false;
  std::size_t drawn_points_ = 0;
  int used_graphs_ = 0;  ///< while curves are drawn
  QPoint pressed_;
  QCPItemStraightLine *cursor_, *chosen_;
  QCPItemText* read_out_;
  std::vector<QCPAbstractItem*> stages_;
};

}  // namespace warmstart::live
