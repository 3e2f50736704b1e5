// The loss at each place of a text as a strip of bars in the colours of the text above; the colour
// bar stands along its axis. Used by the Token view; pointer and keys choose a place.
#pragma once
#include <QWidget>
#include <vector>

#include "views/inspect/matrix.h"

namespace warmstart {

class LossStrip : public QWidget {
  Q_OBJECT
 public:
  explicit LossStrip(QWidget* parent = nullptr);
  /// NaN = nothing is predicted at that place. `title`: of the axis of values.
  void setValues(std::vector<double> values, const ValueScale& scale, const QString& title);
  void setActive(int place);
  void setPointed(int place);
  QRectF rectOf(int place) const;  ///< of its bar
  QRect scaleBar() const;
  QSize sizeHint() const override;

 signals:
  void hovered(int place);
  void chosen(int place);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QRect body() const;
  double heightOf(double value) const;
  int placeAt(const QPointF& point) const;
  void drawAxes(QPainter& painter) const;
  std::vector<double> values_;
  ValueScale scale_;
  QString title_;
  int active_ = -1, pointed_ = -1;
};

}  // namespace warmstart
