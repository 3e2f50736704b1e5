// The training steps of a run as a strip: stage bands with names, a tick for each capture, a marker
// at the one shown. Used by the Inspect panel; drags and keys choose a capture.
#pragma once
#include <QTimer>
#include <QWidget>

#include "views/inspect/capture_list.h"

namespace warmstart {

class Timeline : public QWidget {
  Q_OBJECT
 public:
  explicit Timeline(QWidget* parent = nullptr);
  void setContent(std::vector<qint64> steps, std::vector<StageBand> bands);
  const std::vector<qint64>& steps() const { return steps_; }
  int current() const { return current_; }  ///< index in steps(); -1 = none
  /// Shows, without a signal.
  void setCurrent(int index);
  void setPlaying(bool playing);
  bool playing() const { return play_.isActive(); }
  /// Playing goes on from the first capture after the last.
  void setLooping(bool looping) { looping_ = looping; }
  bool looping() const { return looping_; }
  void setStepsPerSecond(int steps) { play_.setInterval(1000 / steps); }
  QPointF placeOf(int index) const;
  QSize sizeHint() const override;

 signals:
  void chosen(int index);
  void playingChanged(bool playing);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  qint64 lastStep() const;
  double placeOfStep(qint64 step) const;
  void choose(int index);
  void chooseNearest(double x);
  void drawBands(QPainter& painter) const;
  std::vector<qint64> steps_;
  std::vector<StageBand> bands_;
  int current_ = -1;
  QTimer play_;
  bool looping_ = false;
};

}  // namespace warmstart
