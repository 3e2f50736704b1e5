// Which metrics the table of runs shows: a list of all that some run measured, with a filter, and
// what to show of several stages. Opened from the panel's "Columns" button.
#pragma once
#include <QFrame>

#include "views/runs/runs_model.h"

class QComboBox;
class QLineEdit;
class QListWidget;

namespace warmstart {

class ColumnChooser : public QFrame {
  Q_OBJECT
 public:
  explicit ColumnChooser(QWidget* parent = nullptr);
  /// Shows the names, those of `chosen` checked.
  void setMetrics(const std::vector<MetricName>& names, const std::vector<MetricColumn>& chosen);

 signals:
  void chosen(const std::vector<MetricColumn>& columns);

 private:
  void filter(const QString& text);
  void tell();
  QLineEdit* filter_;
  QListWidget* list_;
  QComboBox* pick_;
};

}  // namespace warmstart
