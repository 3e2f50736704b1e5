// QCustomPlot in the window's colours and font: the base of every plot of the window. It draws once
// after a resize, when the layout has come to rest; QCustomPlot's own would draw at every step of
// it, at once, which holds the window up.
#pragma once
#include <qcustomplot.h>

namespace warmstart::look {

class Plot : public QCustomPlot {
  Q_OBJECT
 public:
  explicit Plot(QWidget* parent = nullptr);
  static void paintAxis(QCPAxis& axis);

 signals:
  void resized();

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void paintFrame();
};

}  // namespace warmstart::look
