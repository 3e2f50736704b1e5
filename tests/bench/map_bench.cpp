// How long a scene far larger than the window takes to its first picture in the Map panel's board,
// how many frames a second it pans, and what memory the process takes. Usage: map_bench FILE; a
// scene of 10,000 x 10,000 pixels and four bands is made by tests/bench/large_scene.py.
#include <QApplication>
#include <QElapsedTimer>
#include <cstdio>
#include <fstream>

#include "core/base/error.h"
#include "views/look/theme.h"
#include "views/map/map_board.h"

namespace warmstart {
namespace {

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
void waitUntil(Ready ready) {
  QElapsedTimer clock;
  clock.start();
  while (!ready() && clock.elapsed() < 120000)
    QApplication::processEvents(QEventLoop::WaitForMoreEvents, 5);
}

double secondsOf(const QElapsedTimer& clock) {
  return static_cast<double>(clock.nsecsElapsed()) * 1e-9;
}

void measurePan(MapCanvas& canvas, const char* what) {
  constexpr int kFrames = 200;
  waitUntil([&] { return canvas.complete(); });
  QElapsedTimer clock;
  clock.start();
  qint64 longest = 0;
  for (int frame = 0; frame < kFrames; ++frame) {
    QElapsedTimer one;
    one.start();
    canvas.panBy({frame < kFrames / 2 ? -8.0 : 8.0, 3});
    canvas.repaint();
    QApplication::processEvents();
    longest = std::max(longest, one.nsecsElapsed());
  }
  std::printf("pan %s: %.0f frames/s, longest frame %.1f ms\n", what, kFrames / secondsOf(clock),
              static_cast<double>(longest) * 1e-6);
}

int measure(const Path& file) {
  MapBoard board;
  board.resize(1280, 760);
  board.show();
  QApplication::processEvents();
  const double idle = megabytes("VmRSS:");
  QElapsedTimer clock;
  clock.start();
  board.setGround(openLayer(file, nullptr));
  std::printf("opened and stretched after %.2f s\n", secondsOf(clock));
  MapCanvas& canvas = *board.canvas();
  bool drawn = false;
  QObject::connect(&canvas, &MapCanvas::tileDrawn, &canvas, [&] { drawn = true; });
  canvas.repaint();
  waitUntil([&] { return drawn; });
  std::printf("first part of the whole scene after %.2f s\n", secondsOf(clock));
  waitUntil([&] { return canvas.complete(); });
  canvas.repaint();
  std::printf("the whole scene after %.2f s\n", secondsOf(clock));
  measurePan(canvas, "over the whole scene");
  canvas.zoomAt({640, 380}, 1 / canvas.scale());
  measurePan(canvas, "at one pixel for one");
  canvas.zoomAt({640, 380}, 8);
  measurePan(canvas, "at eight pixels for one");
  std::printf("memory: %.0f MiB before, at most %.0f MiB\n", idle, megabytes("VmHWM:"));
  return 0;
}

}  // namespace
}  // namespace warmstart

int main(int argc, char** argv) {
  QApplication app(argc, argv);
  warmstart::look::apply(app, warmstart::look::Scheme::kLight);
  if (argc < 2) return std::puts("usage: map_bench FILE"), 2;
  try {
    return warmstart::measure(argv[1]);
  } catch (const warmstart::Error& error) {
    return std::puts(error.what()), 1;
  }
}
