// The list of what the shown runs measure, with a check box each and a search line. Thousands of
// names stay quick: names are only ever added, rows have one height, the filter is Qt's own.
#pragma once
#include <QWidget>
#include <set>
#include <string>

class QLineEdit;
class QListView;
class QSortFilterProxyModel;
class QStandardItemModel;

namespace warmstart::live {

class MetricList : public QWidget {
  Q_OBJECT
 public:
  explicit MetricList(QWidget* parent = nullptr);
  void setMetrics(const std::set<std::string>& names);
  void setChecked(const std::set<std::string>& names);

 signals:
  void toggled(const std::string& metric, bool on);

 private:
  QStandardItemModel* model_;
  QSortFilterProxyModel* found_;
  QLineEdit* search_;
  QListView* view_;
  std::set<std::string> names_;
};

}  // namespace warmstart::live
