// The cases and classes of a segmentation capture as a table, worst first: a click on a row asks
// for that case and the slice where it is worst. Cases that the stage's measurement alone knows are
// among them, marked; a click on one says how to have it captured. Computes only while it is
// unfolded and seen. Part of the segmentation view.
#pragma once
#include <QWidget>

#include "views/inspect/background.h"
#include "views/inspect/case_model.h"

class QLabel;
class QTableView;
class QToolButton;

namespace warmstart {

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
  QLabel* hint() const { return hint_; }  ///< how to have the chosen case captured
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
  void go(const QModelIndex& index);
  void tellHowToCapture(const QString& sample);
  CaseModel model_;
  QTableView* table_;
  QToolButton* fold_;
  QLabel *note_, *hint_;
  CapturePtr capture_, shown_;
  std::shared_ptr<std::atomic<bool>> stop_ = std::make_shared<std::atomic<bool>>(false);
  Background<Scores> computing_{[this](const Scores& scores) { take(scores); }};
};

}  // namespace warmstart
