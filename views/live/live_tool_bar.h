// The row of controls over the plots of the Live panel: x axis, smoothing, log
// scale, columns.
#pragma once
#include <QWidget>

#include "views/live/metric_plot.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QSlider;
class QSpinBox;

namespace warmstart::live {

class LiveToolBar : public QWidget {
  Q_OBJECT
 public:
  explicit LiveToolBar(QWidget* parent = nullptr);
  PlotStyle style() const;
  int columns() const;
  void setAxis(XAxis axis);
  void toggleLog();
  void toggleMean();
  static constexpr int kNotches = 20;  ///< of the smoothing, from none to the most
  void smoothBy(int notches);
  void setColumns(int columns);  ///< as many as there may be
  void save(QSettings& settings) const;
  void restore(const QSettings& settings);

 signals:
  void changed();
  void resetWanted();

 private:
  double smoothingSteps() const;
  QComboBox* axis_;
  QSlider* smoothing_;
  QLabel* steps_;
  QCheckBox *log_, *mean_;
  QSpinBox* columns_;
};

}  // namespace warmstart::live
