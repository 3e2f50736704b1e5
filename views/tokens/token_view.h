// Captures of kind "tokens": the text with each token on the colour of its loss, what was hidden or
// corrupted, the same losses as a strip, the likeliest tokens at the chosen place, and what the
// model wrote at that step.
#pragma once
#include "views/inspect/capture_view.h"
#include "views/inspect/matrix.h"
#include "views/tokens/token_scene.h"

class QLabel;
class QPlainTextEdit;
class QScrollArea;
class QTableWidget;

namespace warmstart {

class CorruptionLegend;
class LossStrip;
class TokenFlow;

class TokenView : public CaptureView {
  Q_OBJECT
 public:
  explicit TokenView(QWidget* parent = nullptr);
  void setCapture(const CapturePtr& capture, int sample, const QStringList& classes) override;
  bool canSubtract() const override { return true; }
  void setReference(const Reference& reference) override { reference_ = reference; }
  QByteArray csv() const override { return csvOf(scene_); }
  const TokenScene& scene() const { return scene_; }
  TokenFlow* text() const { return text_; }
  TokenFlow* input() const { return input_; }
  TokenFlow* original() const { return original_; }
  CorruptionLegend* legend() const { return legend_; }
  LossStrip* strip() const { return strip_; }
  QTableWidget* predictions() const { return predictions_; }
  QPlainTextEdit* written() const { return written_; }
  QString readOut() const;
  QString summary() const;

 public slots:
  void choose(int place);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  QWidget* makeTexts();
  QWidget* makeSide();
  void refresh();
  std::vector<double> shownValues() const;
  ValueScale scaleFor(const std::vector<double>& values) const;
  void showTexts(const std::vector<double>& values, const ValueScale& scale);
  void showOriginal();
  void showWritten();
  void point(int place);
  void read(int place);
  CapturePtr capture_;
  Reference reference_;
  int sample_ = 0, active_ = -1;
  TokenScene scene_;
  std::vector<double> before_;  ///< losses of the reference; empty = there is none
  QLabel *summary_, *original_title_, *input_title_, *text_title_, *read_out_, *written_title_;
  CorruptionLegend* legend_;
  QScrollArea* scroll_;
  TokenFlow *original_, *input_, *text_;
  LossStrip* strip_;
  QTableWidget* predictions_;
  QPlainTextEdit* written_;
};

}  // namespace warmstart
