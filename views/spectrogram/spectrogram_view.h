// Captures of kind "spectrogram": what a model hears of a clip and makes of it, step by step.
#pragma once
#include "views/inspect/capture_view.h"
#include "views/spectrogram/spectrogram_board.h"

namespace warmstart {

class Banner;

class SpectrogramView : public CaptureView {
  Q_OBJECT
 public:
  explicit SpectrogramView(QWidget* parent = nullptr);
  SpectrogramView(SoundDevice device, QWidget* parent);
  void setCapture(const CapturePtr& capture, int sample, const QStringList& classes) override;
  bool canSubtract() const override { return true; }
  void setReference(const Reference& reference) override { reference_ = reference; }
  QVariantMap state() const override { return board_->state(); }
  void setState(const QVariantMap& state) override { board_->setState(state); }
  QWidget* picture() override { return board_->canvas(); }
  /// Class scores over time, where there are some.
  QByteArray csv() const override;
  bool settled() const override { return !making_.busy() && board_->canvas()->settled(); }
  SpectrogramBoard* board() const { return board_; }
  QString problem() const;

 private:
  struct Made {
    ScenePtr scene;  ///< none: see problem
    QString clip, problem;
  };
  void take(const Made& made);
  SpectrogramBoard* board_;
  Banner* banner_;
  Reference reference_;
  QString clip_;
  ScenePtr scene_;
  Background<Made> making_;
};

}  // namespace warmstart
