// Plays a scene through the machine's sound device, on a thread of its own, so that a slow file
// never holds up the window. Without a device it says why.
#pragma once
#include <QElapsedTimer>
#include <QThread>
#include <QTimer>

#include "views/spectrogram/play_head.h"

namespace warmstart {

enum class SoundDevice { kDefault, kNone };

class SoundPlayer : public QObject {
  Q_OBJECT
 public:
  /// kNone: as on a machine without a sound device.
  explicit SoundPlayer(SoundDevice device, QObject* parent = nullptr);
  ~SoundPlayer() override;
  /// Looks for the device, when there is none yet; the first time takes a few milliseconds.
  void findDevice();
  bool canPlay() const { return output_ != nullptr; }
  /// After findDevice(): "" = it can play; else a sentence for people.
  QString whyNot() const { return why_not_; }
  void setScene(const SoundScene& scene);
  PlayHead& head() { return *head_; }
  bool playing() const { return clock_.isActive(); }
  void play(double seconds);
  void stop();

 signals:
  void moved(double seconds);
  void playingChanged(bool playing);
  void failed(const QString& why);

 private:
  void tick();
  std::shared_ptr<PlayHead> head_ = std::make_shared<PlayHead>();
  SoundDevice wanted_;
  QString why_not_;
  QThread thread_;
  class Output;
  Output* output_ = nullptr;  ///< lives on the thread
  QElapsedTimer started_;
  QTimer clock_;
  int rate_ = 0;
};

}  // namespace warmstart
