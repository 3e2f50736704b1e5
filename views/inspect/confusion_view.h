// Captures of kind "confusion": which class is taken for which, as counts or shares of each
// reference class, with precision, recall and F1 of each class. A click on a cell lists the samples
// that it counts, texts with what they say.
#pragma once
#include "views/inspect/capture_view.h"
#include "views/inspect/matrix_canvas.h"
#include "views/inspect/matrix_model.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QListWidget;
class QTableView;

namespace warmstart {

/// Of counts with the reference along the rows: a row a class, columns precision, recall, F1 and n
/// (how often the class is the reference). NaN where nothing was predicted, or nothing was there.
Matrix classScores(const Matrix& counts);
/// Each row divided by its sum; rows without counts are NaN.
Matrix rowShares(const Matrix& counts);

class ConfusionView : public CaptureView {
  Q_OBJECT
 public:
  explicit ConfusionView(QWidget* parent = nullptr);
  void setCapture(const CapturePtr& capture, int sample, const QStringList& classes) override;
  bool canSubtract() const override { return true; }
  void setReference(const Reference& reference) override { reference_ = reference; }
  QVariantMap state() const override;
  void setState(const QVariantMap& state) override;
  QWidget* picture() override { return canvas_; }
  QByteArray csv() const override { return shown_ ? csvOf(*shown_) : QByteArray(); }
  MatrixCanvas* canvas() const { return canvas_; }
  QTableView* scores() const { return scores_; }
  MatrixModel& scoreModel() { return score_model_; }
  QListWidget* cases() const { return cases_; }
  QCheckBox* normaliseBox() const { return shares_; }
  QString readOut() const;

 private:
  QWidget* makeSide();
  Matrix countsOf(const Capture& capture, int sample) const;
  void refresh();
  void listCases();
  void read(const std::optional<Cell>& cell);
  CapturePtr capture_;
  Reference reference_;
  QStringList classes_;
  int sample_ = 0;
  MatrixPtr shown_;
  MatrixModel score_model_;
  MatrixCanvas* canvas_;
  QComboBox* scope_;
  QCheckBox* shares_;
  QTableView* scores_;
  QListWidget* cases_;
  QLabel *cell_name_, *read_out_;
};

}  // namespace warmstart
