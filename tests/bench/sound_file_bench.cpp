// How long a sound of an hour takes to its first picture in the Sound panel's view, how many frames
// a second it pans, and what memory the process takes. Usage: sound_file_bench [FILE]; without a
// file it writes an hour of chirps (44.1 kHz, 24 bits) to the temporary folder.
#include <QApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <thread>

#include "views/look/theme.h"
#include "views/spectrogram/sound_panel.h"
#include "views/spectrogram/spectrogram_board.h"

namespace warmstart {
namespace {

/// A tone that rises from 100 Hz to 10 kHz every ten seconds.
class Chirps final : public SoundTrack {
 public:
  int rate() const override { return 44100; }
  std::int64_t samples() const override { return std::int64_t{3600} * 44100; }
  bool read(std::int64_t first, std::span<float> out) const override {
    for (std::size_t i = 0; i < out.size(); ++i) {
      const double t =
          std::fmod(static_cast<double>(first + static_cast<std::int64_t>(i)) / 44100, 10);
      out[i] = 0.4F * static_cast<float>(std::sin(2 * 3.14159265 * (100 * t + 495 * t * t)));
    }
    return true;
  }
};

double megabytes(const char* key) {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    double kilobytes = 0;
    if (word == key && status >> kilobytes) return kilobytes / 1024;
  }
  return 0;
}

template <class Ready>
double secondsUntil(Ready ready) {
  QElapsedTimer clock;
  clock.start();
  while (!ready() && clock.elapsed() < 120000)
    QApplication::processEvents(QEventLoop::WaitForMoreEvents, 5);
  return static_cast<double>(clock.nsecsElapsed()) * 1e-9;
}

void measurePan(SpectrogramBoard& board, const char* what, double width) {
  SpectrogramCanvas& canvas = *board.canvas();
  canvas.showTime(1000, 1000 + width);
  secondsUntil([&] { return canvas.settled(); });
  constexpr int kFrames = 200;
  QElapsedTimer clock;
  clock.start();
  const std::clock_t before = std::clock();
  qint64 longest = 0;
  for (int frame = 0; frame < kFrames; ++frame) {
    QElapsedTimer one;
    one.start();
    canvas.panTime(0.02);
    canvas.repaint();
    QApplication::processEvents();
    longest = std::max(longest, one.nsecsElapsed());
  }
  const double seconds = static_cast<double>(clock.nsecsElapsed()) * 1e-9;
  const double cpu = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  std::printf(
      "pan with %s in view: %.0f frames/s, longest frame %.1f ms, %.1f ms of CPU a frame in all "
      "threads\n",
      what, kFrames / seconds, static_cast<double>(longest) * 1e-6, cpu / kFrames * 1e3);
}

int measure(const Path& file) {
  SpectrogramBoard board(SoundDevice::kNone);
  board.resize(1280, 760);
  board.show();
  QApplication::processEvents();
  const double idle = megabytes("VmRSS:");
  QElapsedTimer clock;
  clock.start();
  const OpenedSound opened = openSound(file);
  if (!opened.scene) {
    std::printf("%s\n", qPrintable(opened.problem));
    return 1;
  }
  board.setScene(opened.scene, false, {opened.peaks.begin(), opened.peaks.end()});
  std::atomic<bool> stop{false};
  double gathered = 0;
  std::thread gathering([&] {
    gatherPeaks(file, opened.peaks, stop);
    gathered = static_cast<double>(clock.nsecsElapsed()) * 1e-9;
  });
  secondsUntil([&] { return board.canvas()->levelsShown().has_value(); });
  board.canvas()->repaint();
  std::printf("first part of the whole hour's spectrogram after %.2f s\n",
              static_cast<double>(clock.nsecsElapsed()) * 1e-9);
  secondsUntil([&] { return board.canvas()->complete(); });
  board.canvas()->repaint();
  std::printf("the whole hour's spectrogram after %.2f s\n",
              static_cast<double>(clock.nsecsElapsed()) * 1e-9);
  secondsUntil([&] { return board.canvas()->settled(); });
  std::printf("sixteen frames of each column after %.2f s\n",
              static_cast<double>(clock.nsecsElapsed()) * 1e-9);
  gathering.join();
  std::printf("outline of every sample after %.2f s\n", gathered);
  board.canvas()->repaintWaveform();
  measurePan(board, "10 s", 10);
  measurePan(board, "10 min", 600);
  std::printf("memory: %.0f MiB before, at most %.0f MiB\n", idle, megabytes("VmHWM:"));
  return 0;
}

}  // namespace
}  // namespace warmstart

int main(int argc, char** argv) {
  QApplication app(argc, argv);
  warmstart::look::apply(app, warmstart::look::Scheme::kLight);
  if (argc > 1) return warmstart::measure(argv[1]);
  const QTemporaryDir folder;
  const warmstart::Path file = warmstart::Path(folder.path().toStdString()) / "hour.wav";
  const warmstart::Chirps hour;
  const std::atomic<bool> stop{false};
  warmstart::writeWav(file, hour, 0, hour.samples(), warmstart::WavDepth::kInt24, stop);
  return warmstart::measure(file);
}
