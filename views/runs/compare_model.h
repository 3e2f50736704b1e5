// Runs side by side as a tree of two levels: the settings in which they differ, then what they
// measured. Holds plain rows that were made on other threads and writes a cell's text when it is
// looked at, so that thousands of results cost the window nothing. Part of the compare view.
#pragma once
#include <QAbstractItemModel>
#include <QStringList>
#include <string>
#include <vector>

namespace warmstart {

/// One leaf of the recipe trees that is not the same in all of them.
struct SettingDifference {
  QString path;        ///< "stages.pretrain.budget.steps"
  QStringList values;  ///< one a run; "" where the run has no such setting
};

/// Structural: lists by index, maps by key. Texts that are no recipe count as empty.
std::vector<SettingDifference> settingDifferences(const std::vector<std::string>& recipes);

struct MeasuredRow {
  QString name;                ///< "test.dice  (finetune)"
  std::vector<double> values;  ///< one a run; NaN where it was not measured
};

class CompareModel : public QAbstractItemModel {
  Q_OBJECT
 public:
  enum Section { kSettings, kResults, kSections };
  using QAbstractItemModel::QAbstractItemModel;

  /// Other runs: nothing is known of them yet. `runs`: titles and ids, of equal length.
  void setRuns(const QStringList& titles, const QStringList& ids);
  void setSettings(std::vector<SettingDifference> differences);
  void setResults(std::vector<MeasuredRow> rows);
  /// Both parts are there.
  bool complete() const { return settings_known_ && results_known_; }
  /// The row of that name in its section; invalid when there is none.
  QModelIndex find(Section section, const QString& begin) const;

  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& child) const override;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  QString sectionText(int section) const;
  QString text(const QModelIndex& index) const;
  int rowsOf(int section) const;
  QStringList titles_, ids_;
  std::vector<SettingDifference> settings_;
  std::vector<MeasuredRow> results_;
  bool settings_known_ = false, results_known_ = false;
};

}  // namespace warmstart
