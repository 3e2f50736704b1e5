// One plot: a metric over the shown runs. Raw line faint, smoothed line over
// it; a band a stage; the chosen step as a line; a cursor that all plots share.
// Draws only what its pixels can show.
#pragma once
#include "views/live/csv_table.h"
#include "views/live/seed_band.h"
#include "views/live/shown_run.h"
#include "views/look/plot.h"

namespace warmstart::live {

enum class MarkKind { kCheckpoint, kBest, kNotFinite, kAlert };

using ShownRuns = std::vector<std::unique_ptr<ShownRun>>;

struct PlotStyle {
  XAxis axis = XAxis::kStep;
  double smoothing = 0;  ///< steps; 0 = none
  bool log_y = false;
  bool mean_of_seeds = false;
  bool operator==(const PlotStyle&) const = default;
};

class MetricPlot : public look::Plot {
  Q_OBJECT
 public:
  MetricPlot(std::string metric, const ShownRuns& runs, QWidget* parent = nullptr);
  const std::string& metric() const { return metric_; }
  /// What stands above the plot; the metric's name by default.
  void setTitle(const QString& title);
  void setPlotStyle(const PlotStyle& style);
  /// The runs have other points, or there are other runs.
  void refresh();
  /// All x, and y as the curves need.
  void showAll();
  /// The same, and a range that was typed is forgotten.
  void reset();
  void setWindow(const QCPRange& range);
  /// Typed ranges; none = as the curves need.
  void setRanges(const std::optional<QCPRange>& x, const std::optional<QCPRange>& y);
  void setCursorAt(std::optional<double> x);
  void setChosenStep(qint64 step);
  /// Every point that the runs have, smoothed or not: "run,step,time,value" lines.
  CsvTable table() const;
  /// The same lines for a table of several metrics, with the metric's name behind the run's.
  void addRows(CsvTable& table, bool with_metric) const;
  /// Draws what is behind although nobody sees it: for pictures.
  void drawNow();
  /// Points that the drawn curves stand for: what is still being read or made
  /// is missing.
  std::size_t drawnPoints() const { return drawn_points_; }
  struct Mark {
    double x;
    MarkKind kind;
    const ShownRun* run;
    QString word;
  };
  const std::vector<Mark>& marks() const { return marks_; }  ///< that are in sight

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
  void writeHeading();
  void drawCurves();
  void drawRun(ShownRun& run);
  void drawGroup(const std::vector<ShownRun*>& group);
  std::vector<BandPoint> bandOf(const std::vector<ShownRun*>& group, const Window& window);
  std::vector<std::vector<ShownRun*>> groups() const;
  const ScalarSeries* seriesOf(const ShownRun& run) const;
  void drawStages();
  void addStage(double begin, double end, std::size_t index, const QString& name);
  QCPItemStraightLine* addEdge(double x);
  void collectMarks();
  void addMark(const ShownRun& run, MarkKind kind, double step);
  void drawMarks();
  QStringList marksNear(double x) const;
  void fitY();
  void writeReadOut(double x);
  QCPGraph* line(const QPen& pen);
  QString formatted(double value) const;
  std::string metric_;
  QString title_;
  const ShownRuns& runs_;
  QCPTextElement* heading_;
  PlotStyle style_;
  bool stale_ = true, whole_ = true, fitting_ = false;
  std::size_t drawn_points_ = 0;
  int used_graphs_ = 0;  ///< while curves are drawn
  QPoint pressed_;
  QCPItemStraightLine *cursor_, *chosen_;
  QCPItemText* read_out_;
  std::vector<QCPAbstractItem*> stages_;
  std::vector<Mark> marks_;
  std::optional<QCPRange> y_;  ///< typed by hand
};

}  // namespace warmstart::live
