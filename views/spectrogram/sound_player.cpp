#include "views/spectrogram/sound_player.h"

#include <QAudioSink>
#include <QCoreApplication>
#include <QIODevice>
#include <QMediaDevices>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <functional>
#include <memory>

namespace warmstart {
namespace {

constexpr int kBuffer = 100;  ///< ms of sound that wait at the device
constexpr int kTick = 25;     ///< ms between two places of the moving cursor

void putSample(float value, QAudioFormat::SampleFormat type, char*& out) {
  const float clipped = std::clamp(value, -1.0F, 1.0F);
  if (type == QAudioFormat::Float) {
    std::memcpy(out, &clipped, sizeof clipped);
    out += sizeof clipped;
  } else {
    const auto whole = static_cast<qint16>(std::lrint(clipped * 32767));
    std::memcpy(out, &whole, sizeof whole);
    out += sizeof whole;
  }
}

}  // namespace

/// The end that hangs on the device: what the PlayHead gives, in the device's rate, channels and
/// sample type.
class SoundPlayer::Output : public QIODevice {
 public:
  Output(std::shared_ptr<PlayHead> head, const QAudioDevice& device,
         std::function<void(const QString&)> failed)
      : head_(std::move(head)), device_(device), failed_(std::move(failed)) {
    open(QIODevice::ReadOnly);
  }
  void start(int rate);
  void halt() { sink_.reset(); }
  /// Samples of the scene that the device has got since start().
  std::int64_t handed() const { return handed_; }
  bool ended() const { return ended_; }
  qint64 bytesAvailable() const override { return 1 << 20; }
  bool isSequential() const override { return true; }

 protected:
  qint64 readData(char* data, qint64 size) override;
  qint64 writeData(const char*, qint64) override { return -1; }

 private:
  QAudioFormat formatFor(int rate) const;
  std::shared_ptr<PlayHead> head_;
  QAudioDevice device_;
  std::function<void(const QString&)> failed_;
  std::unique_ptr<QAudioSink> sink_;
  QAudioFormat format_;
  double step_ = 1;     ///< samples of the scene a frame of the device
  double between_ = 0;  ///< place of the next frame between two samples
  float last_ = 0, next_ = 0;
  std::atomic<std::int64_t> handed_{0};
  std::atomic<bool> ended_{false};
};

QAudioFormat SoundPlayer::Output::formatFor(int rate) const {
  QAudioFormat format;
  format.setSampleRate(rate);
  format.setChannelCount(1);
  format.setSampleFormat(QAudioFormat::Float);
  if (device_.isFormatSupported(format)) return format;
  format = device_.preferredFormat();
  if (format.sampleFormat() != QAudioFormat::Float) format.setSampleFormat(QAudioFormat::Int16);
  return format;
}

void SoundPlayer::Output::start(int rate) {
  format_ = formatFor(rate);
  step_ = static_cast<double>(rate) / format_.sampleRate();
  between_ = 1, last_ = next_ = 0;
  ended_ = false;
  handed_ = 0;
  sink_ = std::make_unique<QAudioSink>(device_, format_);
  sink_->setBufferSize(format_.bytesForDuration(kBuffer * 1000));
  connect(sink_.get(), &QAudioSink::stateChanged, this, [this](QAudio::State state) {
    const bool broken = sink_ && state == QAudio::StoppedState &&
                        sink_->error() != QAudio::NoError &&
                        sink_->error() != QAudio::UnderrunError;
    if (broken)
      failed_(SoundPlayer::tr(
          "The sound device stopped. Choose another one in the desktop's settings."));
  });
  sink_->start(this);
}

qint64 SoundPlayer::Output::readData(char* data, qint64 size) {
  const qint64 frames = size / format_.bytesPerFrame();
  std::vector<float> fresh(
      static_cast<std::size_t>(std::floor(between_ + step_ * static_cast<double>(frames))));
  const std::size_t given = head_->fill(fresh);
  if (given < fresh.size()) ended_ = true;
  char* out = data;
  std::size_t used = 0;
  for (qint64 frame = 0; frame < frames; ++frame) {
    // Another rate than the scene's: a straight line between two samples.
    while (between_ >= 1 && used < fresh.size())
      last_ = next_, next_ = fresh[used++], between_ -= 1;
    const float value = last_ + (next_ - last_) * static_cast<float>(std::min(1.0, between_));
    for (int channel = 0; channel < format_.channelCount(); ++channel)
      putSample(value, format_.sampleFormat(), out);
    between_ += step_;
  }
  handed_ += static_cast<std::int64_t>(given);
  return frames * format_.bytesPerFrame();
}

SoundPlayer::SoundPlayer(SoundDevice device, QObject* parent) : QObject(parent), wanted_(device) {
  connect(&clock_, &QTimer::timeout, this, &SoundPlayer::tick);
  clock_.setInterval(kTick);
}

void SoundPlayer::findDevice() {
  if (output_) return;
  const QAudioDevice found =
      wanted_ == SoundDevice::kDefault ? QMediaDevices::defaultAudioOutput() : QAudioDevice();
  why_not_ =
      found.isNull() ? tr("No sound device was found, so nothing can be played here.") : QString();
  if (found.isNull()) return;
  output_ = new Output(head_, found, [this](const QString& why) {
    QMetaObject::invokeMethod(this, [this, why] {
      stop();
      emit failed(why);
    });
  });
  output_->moveToThread(&thread_);
  connect(&thread_, &QThread::finished, output_, &QObject::deleteLater);
  thread_.start();
}

SoundPlayer::~SoundPlayer() {
  stop();
  thread_.quit();
  thread_.wait();
}

void SoundPlayer::setScene(const SoundScene& scene) {
  stop();
  rate_ = scene.rate;
  head_->setTracks(scene.tracks);
}

void SoundPlayer::play(double seconds) {
  if (!output_ || rate_ <= 0) return;
  head_->seek(std::llround(seconds * rate_));
  QMetaObject::invokeMethod(output_, [output = output_, rate = rate_] { output->start(rate); });
  started_.start();
  clock_.start();
  emit playingChanged(true);
}

void SoundPlayer::stop() {
  if (!playing()) return;
  clock_.stop();
  QMetaObject::invokeMethod(output_, [output = output_] { output->halt(); });
  emit playingChanged(false);
}

// The device takes sound in large pieces; the clock tells how far it has got with them.
void SoundPlayer::tick() {
  const double passed = static_cast<double>(started_.elapsed() - kBuffer) / 1000 * rate_;
  const auto waiting = static_cast<double>(output_->handed()) - std::max(0.0, passed);
  const std::int64_t place = head_->placeBefore(std::llround(std::max(0.0, waiting)));
  emit moved(static_cast<double>(place) / rate_);
  if (output_->ended() && waiting <= 0) stop();
}

}  // namespace warmstart
