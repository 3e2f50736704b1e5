// The plot of a sweep: a line of means with their spread over seeds for each SweepLine, the single
// runs faint behind them, what lacks the setting as a dashed level. The legend's entries hide and
// show lines; the pointer or the arrow keys read points. Part of the sweep view.
#pragma once
#include <set>

#include "views/look/plot.h"
#include "views/runs/sweep.h"

namespace warmstart {

struct SweepAxes {
  QString x, y;  ///< titles
  bool log_x = false, log_y = false;
};

class SweepPlot : public look::Plot {
  Q_OBJECT
 public:
  explicit SweepPlot(QWidget* parent = nullptr);
  /// The samples behind the lines outlive what is shown. A logarithmic axis asks for numbers above
  /// zero alone, see canBeLog().
  void setLines(const std::vector<SweepLine>& lines, const SweepAxes& axes);
  void setHidden(const QString& line, bool hidden);
  void showAll();
  /// What is written beside the point that is read; "" = none is.
  QString readOut() const { return read_ ? read_out_->text() : QString(); }

  enum class Axis { kX, kY };
  static bool canBeLog(const std::vector<SweepLine>& lines, Axis axis);

 protected:
  void changeEvent(QEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  struct Place {
    std::size_t line = 0, point = 0;
  };
  void toggle(const QString& line);
  void paintColours();
  void setTicks();
  void draw();
  void drawLine(const SweepLine& line, const QColor& colour);
  void drawLevel(const SweepLine& line, const QColor& colour);
  void stretchLevels();
  QCPGraph* lineGraph(const QColor& colour, double width, Qt::PenStyle style = Qt::SolidLine);
  void addToLegend(QCPGraph& graph, const SweepLine& line) const;
  QColor colourOf(std::size_t line) const;
  bool hidden(std::size_t line) const { return hidden_.contains(lines_[line].name); }
  std::optional<Place> nearest(const QPoint& at) const;
  std::vector<Place> places() const;  ///< of the shown lines, from left to right
  void read(const std::optional<Place>& place);
  QString textOf(const Place& place) const;
  std::vector<SweepLine> lines_;
  SweepAxes axes_;
  std::set<QString> hidden_;
  std::vector<std::pair<QCPGraph*, double>> levels_;  ///< and their heights
  std::optional<Place> read_;
  QCPTextElement* more_;  ///< below the legend: how many lines are not in it
  QCPItemText* read_out_;
  QCPItemTracer* ring_;
};

}  // namespace warmstart
