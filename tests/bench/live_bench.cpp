// How long a long run takes to be read: `live_bench [LINES]` writes a log of ten scalars a line and
// reads it as the window does, then thins a curve of it as a pan of a plot does.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "views/feed/run_log.h"
#include "views/live/curve_points.h"

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void writeLog(const warmstart::Path& file, int lines) {
  std::ofstream out(file, std::ios::binary);
  char text[64];
  for (int i = 1; i <= lines; ++i) {
    out << R"({"event":"step","time":)" << 1795526303 + i << R"(.25,"stage":"a","step":)" << i
        << R"(,"global_step":)" << i << R"(,"scalars":{)";
    for (int k = 0; k < 10; ++k) {
      std::snprintf(text, sizeof text, "%s\"loss.term%d\":%.17g", k ? "," : "", k,
                    1.0 / (1 + (i * 7919 + k * 104729) % 9973));
      out << text;
    }
    out << "}}\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  namespace live = warmstart::live;
  const int lines = argc > 1 ? std::atoi(argv[1]) : 1000000;
  const warmstart::Path file = std::filesystem::temp_directory_path() / "live_bench.jsonl";
  writeLog(file, lines);
  auto start = Clock::now();
  warmstart::EventBatchReader reader(file);
  warmstart::RunLog log;
  for (bool more = true; more;) {
    auto poll = reader.poll();
    for (auto& batch : poll.batches) log.add(std::move(batch));
    more = poll.more;
  }
  std::printf("read %d lines of 10 scalars: %.2f s\n", lines, since(start));
  std::filesystem::remove(file);
  const warmstart::ScalarSeries& series = log.scalars.at("loss.term0");
  live::Curve curve;
  start = Clock::now();
  curve.follow(series, 100);
  std::printf("extremes and smoothing of one curve: %.1f ms\n", since(start) * 1e3);
  start = Clock::now();
  std::size_t points = 0;
  constexpr int kFrames = 100;
  for (int frame = 0; frame < kFrames; ++frame) {
    const auto x = [&](std::size_t at) { return series.step[at]; };
    points += live::pointsInWindow(series.value, curve.raw(), x,
                                   {frame * 1000.0, lines * 0.8 + frame * 1000.0, 1200})
                  .size();
  }
  std::printf("thinning for one frame: %.2f ms, %zu points\n", since(start) * 1e3 / kFrames,
              points / kFrames);
}
