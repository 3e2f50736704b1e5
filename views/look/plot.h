// QCustomPlot in the window's colours and font: the base of every plot of the window. It draws once
// after a resize, when the layout has come to rest; QCustomPlot's own would draw at every step of
// it, at once, which holds the window up.
#pragma once
#include <qcustomplot.h>

namespace warmstart::look {

/// 0 = nothing is seen of it, 1 = as it is.
QColor withOpacity(QColor colour, double opacity);

class Plot : public QCustomPlot {
  Q_OBJECT
 public:
  explicit Plot(QWidget* parent = nullptr);
  static void paintAxis(QCPAxis& axis);
  /// Draws when its turn comes: one plot at a time, and what the user does comes between.
  void drawSoon();

 signals:
  void resized();

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  static void drawNext();
  void paintFrame();
  bool waits_ = false;  ///< for its turn
};

}  // namespace warmstart::look
