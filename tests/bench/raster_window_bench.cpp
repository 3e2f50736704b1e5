// A hundred random windows of a deflate-compressed scene, as the training loop reads them. Run it
// through raster_window.py, which makes the scene and reads the same windows with GDAL's Python.
// Usage: raster_window_bench FILE WINDOWS EDGE
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "plugins/satellite/io/scene.h"

namespace satellite = warmstart::satellite;

int main(int count, char** arguments) {
  if (count < 4) return 2;
  const satellite::Scene scene("scene", satellite::RasterGate().admit({arguments[1]}));
  std::vector<satellite::Window> windows;
  std::ifstream list(arguments[2]);
  const std::int64_t edge = std::atoll(arguments[3]);
  for (std::int64_t column = 0, row = 0; list >> column >> row;)
    windows.push_back({column, row, edge, edge});
  const auto bands = satellite::pick_bands(scene.info().bands, {}, "");
  for (int repeat = 0; repeat < 5; ++repeat) {
    double sum = 0;
    const auto start = std::chrono::steady_clock::now();
    for (const satellite::Window& window : windows) sum += scene.read(bands, window)[0];
    const double ms =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    std::printf("%.1f %.0f\n", ms, sum);
  }
}
