// The tree of what the shown runs measure, by what stands before the first dot
// of a name, with a check box each and a search line. Thousands of names stay
// quick: names are only ever added, rows have one height, the filter is Qt's
// own.
#pragma once
#include <QWidget>
#include <map>
#include <set>
#include <string>

class QLineEdit;
class QSortFilterProxyModel;
class QStandardItem;
class QStandardItemModel;
class QTreeView;

namespace warmstart::live {

class MetricList : public QWidget {
  Q_OBJECT
 public:
  explicit MetricList(QWidget* parent = nullptr);
  void setMetrics(const std::set<std::string>& names);
  void setChecked(const std::set<std::string>& names);
  std::set<std::string> checked() const;

 signals:
  void toggled(const std::string& metric, bool on);

 private:
  QStandardItem* newMetric(const QString& text, const QString& metric);
  QStandardItemModel* model_;
  QSortFilterProxyModel* found_;
  QLineEdit* search_;
  QTreeView* view_;
  std::set<std::string> names_;
  std::map<std::string, QStandardItem*> items_;
};

}  // namespace warmstart::live
