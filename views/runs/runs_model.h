// All runs as a table that filters, sorts and groups by itself: flat, or a level of groups whose
// lines carry mean and spread over their runs. Columns of metrics are added and removed while it is
// shown. Tags and notes are edited in place; the model only asks for the change.
#pragma once
#include <QAbstractItemModel>
#include <map>

#include "core/run/metric_values.h"
#include "views/runs/run_rows.h"

namespace warmstart {

struct MetricColumn {
  QString data, metric;
  MetricPick pick = MetricPick::kLast;
  QString title() const;  ///< "test.dice", "test.dice (mean)"
  bool operator==(const MetricColumn&) const = default;
};

class RunsModel : public QAbstractItemModel {
  Q_OBJECT
 public:
  enum Column {
    kState,
    kRecipe,
    kArm,
    kSeed,
    kCreated,
    kDuration,
    kSteps,
    kClaim,
    kTags,
    kNote,
    kProfile,
    kDevice,
    kFixedColumns
  };
  enum class Grouping { kNone, kRecipe, kExperiment };

  using QAbstractItemModel::QAbstractItemModel;

  void setRows(std::vector<RunRow> rows);
  void setFilter(const QString& text);
  void setGrouping(Grouping grouping);
  void setMetricColumns(std::vector<MetricColumn> columns);
  void setMetricValues(const MetricColumn& column, const std::map<std::string, double>& values);

  const std::vector<MetricColumn>& metricColumns() const { return columns_; }
  Grouping grouping() const { return grouping_; }
  int shownRuns() const { return static_cast<int>(shown_.size()); }
  int allRuns() const { return static_cast<int>(rows_.size()); }
  const RunRow* row(const QModelIndex& index) const;  ///< nullptr for a group's line
  QModelIndex indexOfRun(const QString& run) const;
  /// The shown runs with a header line, for other programs: full digits, decimal points.
  QString asCsv(QChar separator = QLatin1Char(',')) const;

  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& child) const override;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;
  void sort(int column, Qt::SortOrder order) override;

 signals:
  void tagsEdited(const QString& run, const QStringList& tags);
  void noteEdited(const QString& run, const QString& note);

 private:
  struct Group {
    QString title;
    std::vector<int> rows;  ///< in rows_
  };
  void arrange();
  void sortShown();
  void groupShown();
  int rowNumber(const QModelIndex& index) const;
  double number(int row, int column) const;
  QString text(const RunRow& row, int column) const;
  QVariant runData(int row, int column, int role) const;
  QVariant groupData(const Group& group, int column, int role) const;
  QVariant toolTip(const RunRow& row, int column) const;
  static bool isNumber(int column);

  std::vector<RunRow> rows_;
  std::vector<MetricColumn> columns_;
  std::vector<std::map<std::string, double>> by_run_;  ///< for each metric column
  std::vector<std::vector<double>> values_;            ///< for each metric column, by row
  std::vector<int> shown_;                             ///< filtered and sorted rows
  std::vector<Group> groups_;
  QString filter_;
  Grouping grouping_ = Grouping::kNone;
  int sort_column_ = kCreated;
  Qt::SortOrder sort_order_ = Qt::DescendingOrder;
};

}  // namespace warmstart
