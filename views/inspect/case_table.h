// The cases and classes of a segmentation capture as a table, worst first: a click on a row asks
// for that case and the slice where it is worst. Computes only while it is unfolded and seen. Part
// of the segmentation view.
#pragma once
#include <QAbstractTableModel>
#include <QWidget>

#include "views/inspect/background.h"
#include "views/inspect/case_scores.h"
#include "views/inspect/measured_cases.h"

class QLabel;
class QTableView;
class QToolButton;

namespace warmstart {

class CaseModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { kCase, kClass, kDice, kPrecision, kRecall, kSlice, kSliceDice, kColumns };
  using QAbstractTableModel::QAbstractTableModel;

  /// Rows that are the same cases and classes stay, so that a selection stays too.
  void setScores(std::vector<CaseScore> scores, const QStringList& samples, bool slices);
  void setClasses(const QStringList& names, const StoredClasses& stored);
  /// Columns behind the others, of what was measured of any of these cases.
  void setMeasured(const MeasuredCases& measured);
  const CaseScore& score(int row) const { return scores_[static_cast<std::size_t>(row)]; }
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  QVariant value(const CaseScore& score, int column) const;
  QString text(const CaseScore& score, int column) const;
  int fixedColumns() const { return slices_ ? kColumns : kSlice; }
  double measuredValue(const CaseScore& score, std::size_t metric) const;
  void chooseMeasured();
  QString className(int label) const;
  std::vector<CaseScore> scores_;
  QStringList samples_, classes_;
  StoredClasses stored_;  ///< for their colours
  MeasuredCases measured_;
  std::vector<std::size_t> metrics_;  ///< of the measured ones, those with a column
  bool slices_ = true;                ///< false = the captures are flat
};

class CaseTable : public QWidget {
  Q_OBJECT
 public:
  explicit CaseTable(QWidget* parent = nullptr);
  ~CaseTable() override;
  void setCapture(const CapturePtr& capture, const QStringList& classes);
  void setMeasured(const MeasuredCases& measured) { model_.setMeasured(measured); }
  bool unfolded() const;
  void setUnfolded(bool unfolded);
  bool settled() const { return !computing_.busy(); }
  CaseModel& model() { return model_; }
  QTableView* table() const { return table_; }
  QToolButton* fold() const { return fold_; }
  /// As shown, with a header line; "" where there is nothing.
  QByteArray csv() const;

 signals:
  void caseWanted(int sample, const Voxel& place);
  void folded();  ///< or unfolded

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  struct Scores {
    CapturePtr capture;
    std::vector<CaseScore> scores;
  };
  void compute();
  void take(const Scores& scores);
  CaseModel model_;
  QTableView* table_;
  QToolButton* fold_;
  QLabel* note_;
  CapturePtr capture_, shown_;
  std::shared_ptr<std::atomic<bool>> stop_ = std::make_shared<std::atomic<bool>>(false);
  Background<Scores> computing_{[this](const Scores& scores) { take(scores); }};
};

}  // namespace warmstart
