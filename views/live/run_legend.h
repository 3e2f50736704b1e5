// The shown runs with the look of their lines: a list that scrolls, however many they are. A run
// without its check mark is not drawn. Owned by the Live panel.
#pragma once
#include <QListWidget>

#include "views/live/metric_plot.h"

namespace warmstart::live {

class RunLegend : public QListWidget {
  Q_OBJECT
 public:
  explicit RunLegend(QWidget* parent = nullptr);
  void setRuns(const ShownRuns& runs);
  QSize sizeHint() const override;  ///< of all runs, up to a third of a usual panel
  QSize minimumSizeHint() const override;

 signals:
  /// `run`: its place among the shown runs.
  void toggled(int run, bool on);

 private:
  int heightOf(int most_rows) const;
};

}  // namespace warmstart::live
