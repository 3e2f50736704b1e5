// The rows of the table of cases: each class of each captured sample at one step, then those of the
// cases that the stage's measurement alone knows. Part of the case table.
#pragma once
#include <QAbstractTableModel>

#include "views/inspect/case_scores.h"
#include "views/inspect/measured_cases.h"

namespace warmstart {

class CaseModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { kCase, kClass, kDice, kPrecision, kRecall, kSlice, kSliceDice, kColumns };
  using QAbstractTableModel::QAbstractTableModel;

  /// Rows that are the same cases and classes stay, so that a selection stays too.
  void setScores(std::vector<CaseScore> scores, const QStringList& samples, bool slices);
  void setClasses(const QStringList& names, const StoredClasses& stored);
  /// Columns behind the others, of what was measured of any of these cases, and rows of the cases
  /// that were measured only.
  void setMeasured(const MeasuredCases& measured);
  /// nullptr = the case was measured only.
  const CaseScore* score(int row) const;
  QString sample(int row) const;
  /// Where the data has a sample that was measured.
  MeasuredSample placeOf(const QString& sample) const { return measured_.samples.value(sample); }
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  QVariant value(int row, int column) const;
  QVariant scoreValue(const CaseScore& score, int column) const;
  QString text(int row, int column) const;
  QString tip(int row) const;
  int fixedColumns() const { return slices_ ? kColumns : kSlice; }
  QString part(int row) const;
  double measuredValue(int row, qsizetype metric) const;
  void chooseMeasured();
  QString className(int label) const;
  std::vector<CaseScore> scores_;
  QStringList samples_, classes_;
  StoredClasses stored_;  ///< for their colours
  MeasuredCases measured_;
  std::vector<MeasuredCase> only_measured_;  ///< rows behind those of scores_
  std::vector<qsizetype> metrics_;           ///< of the measured ones, those with a column
  bool slices_ = true;                       ///< false = the captures are flat
};

}  // namespace warmstart
